"""Policies: checked, read and replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import calls, types

if TYPE_CHECKING:
    from .asking import AsyncAsking


class AsyncPolicies:
    """``client.policy``."""

    def __init__(self, client: AsyncAsking) -> None:
        self._client = client

    async def validate(self, policy: Any, *, requests_per_second: float | None = None, callers: int | None = None) -> types.Plan:
        """Checks a policy, a ``dict`` or a text of YAML, and says what would be done by it (``plan["plan"]["text"]``).

        With ``requests_per_second`` it says how long that takes at least; with ``callers`` (units) what so many are too few for. Raises
        ``InvalidError`` with the place of every mistake.
        """
        call = calls.policies_validate(policy, requests_per_second=requests_per_second, callers=callers)
        return await self._client.call(call)

    async def get(self, model: str) -> Any:
        """The policy that new rollouts of a model follow."""
        return await self._client.call(calls.model_documents_policy(model))

    async def replace(self, model: str, policy: Any, *, if_match: str | None = None) -> Any:
        """Replaces it. Rollouts that run keep the copy that they started with.

        ``if_match``: only if it is still the one with this ETag; else ``PreconditionFailedError``.
        """
        return await self._client.call(calls.model_documents_replace_policy(model, policy, if_match=if_match))

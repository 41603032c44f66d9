# Made by `npm run client` from `_async`: do not edit.
"""Policies: checked, read and replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import calls, types

if TYPE_CHECKING:
    from .asking import Asking


class Policies:
    """``client.policy``."""

    def __init__(self, client: Asking) -> None:
        self._client = client

    def validate(self, policy: Any, *, requests_per_second: float | None = None, callers: int | None = None) -> types.Plan:
        """Checks a policy, a ``dict`` or a text of YAML, and says what would be done by it (``plan["plan"]["text"]``).

        With ``requests_per_second`` it says how long that takes at least; with ``callers`` (units) what so many are too few for. Raises
        ``InvalidError`` with the place of every mistake.
        """
        call = calls.policies_validate(policy, requests_per_second=requests_per_second, callers=callers)
        return self._client.call(call)

    def get(self, model: str) -> Any:
        """The policy that new rollouts of a model follow."""
        return self._client.call(calls.model_documents_policy(model))

    def replace(self, model: str, policy: Any, *, if_match: str | None = None) -> Any:
        """Replaces it. Rollouts that run keep the copy that they started with.

        ``if_match``: only if it is still the one with this ETag; else ``PreconditionFailedError``.
        """
        return self._client.call(calls.model_documents_replace_policy(model, policy, if_match=if_match))

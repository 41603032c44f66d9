"""One function for each route: what is to be asked, not the asking. Made by `npm run client` from OpenAPI: do not edit.

``client.call(calls.models_show("ranker"))`` asks, ``await`` of an ``AsyncClient`` does, too.
"""

from __future__ import annotations

from typing import Any, Literal

from . import types
from .call import Call


__all__ = [
    "aliases_list",
    "aliases_remove",
    "aliases_set",
    "aliases_show",
    "audit_exports",
    "audit_list",
    "audit_verify",
    "ci_login_login",
    "feedback_take",
    "fleet_show",
    "login_me",
    "manifests_register",
    "manifests_schema",
    "model_documents_callers",
    "model_documents_environment",
    "model_documents_golden",
    "model_documents_policy",
    "model_documents_prices",
    "model_documents_replace_callers",
    "model_documents_replace_environment",
    "model_documents_replace_golden",
    "model_documents_replace_policy",
    "model_documents_replace_prices",
    "model_settings_apply",
    "model_settings_plan",
    "model_settings_show",
    "models_create",
    "models_edit",
    "models_list",
    "models_remove",
    "models_show",
    "policies_validate",
    "primaries_list",
    "primary_actions",
    "primary_promote",
    "primary_retire",
    "primary_rollback",
    "primary_unretire",
    "release_groups_abort",
    "release_groups_approve",
    "release_groups_finish",
    "release_groups_list",
    "release_groups_promote",
    "release_groups_register",
    "release_groups_reject",
    "release_groups_retry",
    "release_groups_show",
    "release_groups_start",
    "rollouts_abort",
    "rollouts_approve",
    "rollouts_distributions",
    "rollouts_events",
    "rollouts_evidence",
    "rollouts_list",
    "rollouts_list_all",
    "rollouts_pause",
    "rollouts_promote",
    "rollouts_reject",
    "rollouts_replay",
    "rollouts_resume",
    "rollouts_retry",
    "rollouts_samples",
    "rollouts_show",
    "rollouts_skip",
    "rollouts_start",
    "routes_resolve",
    "routes_show",
    "segments_replace",
    "segments_show",
    "shared_rollouts_card",
    "shared_rollouts_page",
    "shared_rollouts_share",
    "subscriptions_create",
    "subscriptions_deliveries",
    "subscriptions_edit",
    "subscriptions_list",
    "subscriptions_remove",
    "subscriptions_replay_all",
    "subscriptions_replay_one",
    "subscriptions_rotate",
    "subscriptions_show",
    "tokens_create",
    "tokens_list",
    "tokens_remove",
    "tokens_rotate",
    "version_facts_add_metrics",
    "version_facts_compatibility",
    "version_facts_lineage",
    "version_facts_score",
    "version_facts_series",
    "versions_edit",
    "versions_list",
    "versions_register",
    "versions_remove",
    "versions_show",
    "webhook_sources_create",
    "webhook_sources_list",
    "webhook_sources_remove",
]


def aliases_list(
    model: str,
) -> Call[types.AliasesListAnswer]:
    """All aliases of a model, the primary among them."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/aliases",
        in_path={"model": model},
    )


def aliases_remove(
    model: str,
    alias: str,
    *,
    if_match: str | None = None,
) -> Call[None]:
    """Remove an alias; the version stays."""
    return Call(
        method="DELETE",
        path="/api/v1/models/{model}/aliases/{alias}",
        in_path={"model": model, "alias": alias},
        if_match=if_match,
    )


def aliases_set(
    model: str,
    alias: str,
    body: types.AliasesSetBody,
    *,
    if_match: str | None = None,
) -> Call[types.Alias]:
    """Point an alias at a version; it moves from wherever it pointed."""
    return Call(
        method="PUT",
        path="/api/v1/models/{model}/aliases/{alias}",
        in_path={"model": model, "alias": alias},
        body=body,
        if_match=if_match,
    )


def aliases_show(
    model: str,
    alias: str,
) -> Call[types.Alias]:
    """Where an alias points."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/aliases/{alias}",
        in_path={"model": model, "alias": alias},
    )


def audit_exports() -> Call[types.AuditExportsAnswer]:
    """Files that old events were exported to, oldest first."""
    return Call(
        method="GET",
        path="/api/v1/audit/exports",
    )


def audit_list(
    *,
    page_size: int | None = None,
    page_token: str | None = None,
    model: str | None = None,
) -> Call[types.AuditListAnswer]:
    """What happened, newest first: of one model, or of all."""
    return Call(
        method="GET",
        path="/api/v1/audit",
        query={"pageSize": page_size, "pageToken": page_token, "model": model},
    )


def audit_verify(
    *,
    model: str | None = None,
) -> Call[types.AuditReport]:
    """Compute every hash of the record again: is it as it was written?."""
    return Call(
        method="GET",
        path="/api/v1/audit/verify",
        query={"model": model},
    )


def ci_login_login(
    body: types.CiLoginLoginBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.CiLoginLoginAnswer]:
    """A CI job's OIDC token for a token of ours, bound to the models of its source; each is taken once."""
    return Call(
        method="POST",
        path="/api/v1/auth/ci",
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def feedback_take(
    body: types.FeedbackTakeBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.FeedbackReport]:
    """What became of answers: clicks, purchases, late labels; by receipt, request id or unit. A repeat counts once."""
    return Call(
        method="POST",
        path="/api/v1/feedback",
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def fleet_show() -> Call[types.Fleet]:
    """Data planes that were heard of in the last day, their releases, the routes that they have acknowledged, what they have dropped, and whether workers are there."""
    return Call(
        method="GET",
        path="/api/v1/fleet",
    )


def login_me() -> Call[types.LoginMeAnswer]:
    """Who you are here, and what you may do."""
    return Call(
        method="GET",
        path="/api/v1/auth/me",
    )


def manifests_register(
    body: types.ManifestsRegisterBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.ManifestsRegisterAnswer]:
    """Register the version of a manifest (YAML or JSON); its model is made, and its rollout started, unless it says otherwise."""
    return Call(
        method="POST",
        path="/api/v1/manifests",
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def manifests_schema() -> Call[types.ManifestsSchemaAnswer]:
    """The JSON Schema of a manifest, for editors."""
    return Call(
        method="GET",
        path="/api/v1/manifests/schema",
    )


def model_documents_callers(
    model: str,
) -> Call[types.ModelDocumentsCallersAnswer]:
    """How gateways tell the callers of this model apart."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/callers",
        in_path={"model": model},
    )


def model_documents_environment(
    model: str,
) -> Call[types.ModelDocumentsEnvironmentAnswer]:
    """Where the model stands in a chain of environments, such as dev, staging, prod."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/environment",
        in_path={"model": model},
    )


def model_documents_golden(
    model: str,
) -> Call[types.ModelDocumentsGoldenAnswer]:
    """The golden requests of a model."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/golden",
        in_path={"model": model},
    )


def model_documents_policy(
    model: str,
) -> Call[Any]:
    """The policy that new rollouts of this model follow. With `Accept: application/yaml` as its author wrote it, comments and order included, where it was set as YAML."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/policy",
        in_path={"model": model},
    )


def model_documents_prices(
    model: str,
) -> Call[types.ModelDocumentsPricesAnswer]:
    """What a million of the model's tokens cost, for gates on cost_mean."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/prices",
        in_path={"model": model},
    )


def model_documents_replace_callers(
    model: str,
    body: types.ModelDocumentsReplaceCallersBody,
    *,
    if_match: str | None = None,
) -> Call[types.ModelDocumentsReplaceCallersAnswer]:
    """Replace where the unit of a request is read (a header, a cookie or a JSON path), whether it may be repeated, and which requests are predictions."""
    return Call(
        method="PUT",
        path="/api/v1/models/{model}/callers",
        in_path={"model": model},
        body=body,
        if_match=if_match,
    )


def model_documents_replace_environment(
    model: str,
    body: types.ModelDocumentsReplaceEnvironmentBody,
    *,
    if_match: str | None = None,
) -> Call[types.ModelDocumentsReplaceEnvironmentAnswer]:
    """Replace the environment; {} takes it away. With `after`, only artifacts that are proven in that model are released here; only an admin changes or removes that (403 environment_guarded)."""
    return Call(
        method="PUT",
        path="/api/v1/models/{model}/environment",
        in_path={"model": model},
        body=body,
        if_match=if_match,
    )


def model_documents_replace_golden(
    model: str,
    body: types.ModelDocumentsReplaceGoldenBody,
    *,
    if_match: str | None = None,
) -> Call[types.ModelDocumentsReplaceGoldenAnswer]:
    """Replace the golden requests: what every version must answer before any traffic."""
    return Call(
        method="PUT",
        path="/api/v1/models/{model}/golden",
        in_path={"model": model},
        body=body,
        if_match=if_match,
    )


def model_documents_replace_policy(
    model: str,
    body: Any,
    *,
    if_match: str | None = None,
) -> Call[Any]:
    """Replace the policy; rollouts that run keep the copy they started with. One with four eyes is loosened by admins only (403 policy_looser). A gate that no worker can judge, or that the callers of the latest rollouts are too few to prove and a step that their traffic cannot end are named in the header Warning."""
    return Call(
        method="PUT",
        path="/api/v1/models/{model}/policy",
        in_path={"model": model},
        body=body,
        if_match=if_match,
    )


def model_documents_replace_prices(
    model: str,
    body: types.ModelDocumentsReplacePricesBody,
    *,
    if_match: str | None = None,
) -> Call[types.ModelDocumentsReplacePricesAnswer]:
    """Replace the prices, in one currency; {} takes them away. 409 rollout_running while a rollout judges cost by the old ones."""
    return Call(
        method="PUT",
        path="/api/v1/models/{model}/prices",
        in_path={"model": model},
        body=body,
        if_match=if_match,
    )


def model_settings_apply(
    body: types.ModelSettingsApplyBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ModelSettingsChanges]:
    """Make models be as a file says (YAML or JSON), all of them or none. What is left out stays as it is; what is so already is not written. A model that is not there is made (needs publish, too)."""
    return Call(
        method="POST",
        path="/api/v1/model-settings",
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def model_settings_plan(
    body: types.ModelSettingsPlanBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.ModelSettingsChanges]:
    """What POST /model-settings would change, or refuse; nothing is changed. The ETag is of what is there now: sent as If-Match, it has done what was shown, or nothing."""
    return Call(
        method="POST",
        path="/api/v1/model-settings/plan",
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def model_settings_show(
    model: str | list[str],
) -> Call[types.ModelSettingsShowAnswer]:
    """The settings of models, as POST takes them."""
    return Call(
        method="GET",
        path="/api/v1/model-settings",
        query={"model": model},
    )


def models_create(
    body: types.ModelsCreateBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.Model]:
    """Create a model; when it exists, it is returned as it is with 200. A gate of its policy that could not be judged yet is named in the header Warning."""
    return Call(
        method="POST",
        path="/api/v1/models",
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def models_edit(
    model: str,
    body: types.ModelsEditBody,
    *,
    if_match: str | None = None,
) -> Call[types.Model]:
    """Change name, description, tags (null removes one), how versions from MLflow are released, or the output spec of versions that bring none."""
    return Call(
        method="PATCH",
        path="/api/v1/models/{model}",
        in_path={"model": model},
        body=body,
        if_match=if_match,
    )


def models_list(
    *,
    page_size: int | None = None,
    page_token: str | None = None,
    filter: str | None = None,
    order_by: str | None = None,
    primary_out: Literal["true", "false"] | None = None,
) -> Call[types.ModelsListAnswer]:
    """All models, by name unless `orderBy` says otherwise; `filter` as in MLflow."""
    return Call(
        method="GET",
        path="/api/v1/models",
        query={"pageSize": page_size, "pageToken": page_token, "filter": filter, "orderBy": order_by, "primaryOut": primary_out},
    )


def models_remove(
    model: str,
    *,
    if_match: str | None = None,
) -> Call[None]:
    """Delete a model of which nothing serves; its record stays, its name is free again."""
    return Call(
        method="DELETE",
        path="/api/v1/models/{model}",
        in_path={"model": model},
        if_match=if_match,
    )


def models_show(
    model: str,
) -> Call[types.Model]:
    """One model."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}",
        in_path={"model": model},
    )


def policies_validate(
    body: Any,
    *,
    requests_per_second: float | None = None,
    callers: int | None = None,
    model: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.Plan]:
    """Check a policy (JSON or YAML): 422 with the place of every mistake, or the plan in words."""
    return Call(
        method="POST",
        path="/api/v1/policies/validate",
        query={"requestsPerSecond": requests_per_second, "callers": callers, "model": model},
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def primaries_list(
    model: str,
    *,
    page_size: int | None = None,
    page_token: str | None = None,
    version: float | None = None,
) -> Call[types.PrimariesListAnswer]:
    """When which version was primary, the newest time first."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/primaries",
        in_path={"model": model},
        query={"pageSize": page_size, "pageToken": page_token, "version": version},
    )


def primary_actions(
    model: str,
    *,
    version: float | None = None,
) -> Call[types.ModelActions]:
    """What an admin may do to a model now, and why not the rest: decided by what carries it out. Whether a server is ready in this second is asked when it is done."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/actions",
        in_path={"model": model},
        query={"version": version},
    )


def primary_promote(
    model: str,
    body: types.PrimaryPromoteBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.MovedPrimary]:
    """Make a version primary at once, without steps; 409 when its server is not ready, unless `force`, and while a freeze window is open, unless `overrideFreeze`. Say what you saw by If-Match with the ETag of the route."""
    return Call(
        method="POST",
        path="/api/v1/models/{model}/promote",
        in_path={"model": model},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def primary_retire(
    model: str,
    body: types.PrimaryRetireBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.RetiredModel]:
    """Take a model out of service on purpose: callers get 410 with the reason, its rollouts end, none starts until it serves again. A repeat changes nothing. Say what you saw by If-Match with the ETag of the route."""
    return Call(
        method="POST",
        path="/api/v1/models/{model}/retire",
        in_path={"model": model},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def primary_rollback(
    model: str,
    body: types.PrimaryRollbackBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.MovedPrimary]:
    """Go back at once: a candidate leaves the traffic, or the last proven primary that answers (or the named version) serves again; 409 when nobody answers there, unless `force`. Say what you saw by `from`, or by If-Match with the ETag of the route; without, a repeat within ten seconds does nothing, and `outcome` says so."""
    return Call(
        method="POST",
        path="/api/v1/models/{model}/rollback",
        in_path={"model": model},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def primary_unretire(
    model: str,
    body: types.PrimaryUnretireBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.MovedPrimary]:
    """Have a retired model serve again: the last proven version that served, or the named one; 409 when nobody answers there, unless `force`. One that is not running is deployed first. A repeat changes nothing. Say what you saw by If-Match with the ETag of the route."""
    return Call(
        method="POST",
        path="/api/v1/models/{model}/unretire",
        in_path={"model": model},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def release_groups_abort(
    id: str,
    body: types.ReleaseGroupsAbortBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedReleaseGroup]:
    """promote: all become primary now; finish: the bakes of all end well; abort: all go back. 409 group_not_ready says which members are not there yet. Say what you saw by If-Match."""
    return Call(
        method="POST",
        path="/api/v1/release-groups/{id}/abort",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def release_groups_approve(
    id: str,
    body: types.ReleaseGroupsApproveBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedReleaseGroup]:
    """Approve all members, once each stands at its approval step; or refuse all of them. Say what you saw by If-Match; without, a repeat of approve within ten seconds does nothing, and `outcome` says so."""
    return Call(
        method="POST",
        path="/api/v1/release-groups/{id}/approve",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def release_groups_finish(
    id: str,
    body: types.ReleaseGroupsFinishBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedReleaseGroup]:
    """promote: all become primary now; finish: the bakes of all end well; abort: all go back. 409 group_not_ready says which members are not there yet. Say what you saw by If-Match."""
    return Call(
        method="POST",
        path="/api/v1/release-groups/{id}/finish",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def release_groups_list(
    *,
    page_size: int | None = None,
    page_token: str | None = None,
    live: Literal["true", "false"] | None = None,
) -> Call[types.ReleaseGroupsListAnswer]:
    """Release groups, newest first; with `live=true` those that have not ended."""
    return Call(
        method="GET",
        path="/api/v1/release-groups",
        query={"pageSize": page_size, "pageToken": page_token, "live": live},
    )


def release_groups_promote(
    id: str,
    body: types.ReleaseGroupsPromoteBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedReleaseGroup]:
    """promote: all become primary now; finish: the bakes of all end well; abort: all go back. 409 group_not_ready says which members are not there yet. Say what you saw by If-Match."""
    return Call(
        method="POST",
        path="/api/v1/release-groups/{id}/promote",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def release_groups_register(
    body: types.ReleaseGroupsRegisterBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.ReleaseGroup]:
    """Register a version of each of several models (YAML or JSON) and release them together, all or nothing. A repeat is told by its Idempotency-Key."""
    return Call(
        method="POST",
        path="/api/v1/release-groups/manifest",
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def release_groups_reject(
    id: str,
    body: types.ReleaseGroupsRejectBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedReleaseGroup]:
    """Approve all members, once each stands at its approval step; or refuse all of them. Say what you saw by If-Match; without, a repeat of approve within ten seconds does nothing, and `outcome` says so."""
    return Call(
        method="POST",
        path="/api/v1/release-groups/{id}/reject",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def release_groups_retry(
    id: str,
    body: types.ReleaseGroupsRetryBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ReleaseGroup]:
    """Release the versions of a group that has gone back once more, each by the policy that it had; the answer is the new group. 409 group_live while a member is under way."""
    return Call(
        method="POST",
        path="/api/v1/release-groups/{id}/retry",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def release_groups_show(
    id: str,
) -> Call[types.ReleaseGroup]:
    """One release group with the rollouts of its members."""
    return Call(
        method="GET",
        path="/api/v1/release-groups/{id}",
        in_path={"id": id},
    )


def release_groups_start(
    body: types.ReleaseGroupsStartBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.ReleaseGroup]:
    """Release versions of several models together: each earns promotion by its own policy, all become primary in the same moment, and when one fails all go back."""
    return Call(
        method="POST",
        path="/api/v1/release-groups",
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def rollouts_abort(
    id: str,
    body: types.RolloutsAbortBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedOnRollout]:
    """A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so."""
    return Call(
        method="POST",
        path="/api/v1/rollouts/{id}/abort",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def rollouts_approve(
    id: str,
    body: types.RolloutsApproveBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedOnRollout]:
    """Approve or reject; `digest` and `policyHash` say what you saw: 409 when it is another by now."""
    return Call(
        method="POST",
        path="/api/v1/rollouts/{id}/approve",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def rollouts_distributions(
    id: str,
) -> Call[types.RolloutsDistributionsAnswer]:
    """Histograms of outputs, confidence and inputs: of both arms and of the training data."""
    return Call(
        method="GET",
        path="/api/v1/rollouts/{id}/distributions",
        in_path={"id": id},
    )


def rollouts_events(
    id: str,
    *,
    include: Literal["look"] | None = None,
) -> Call[types.RolloutsEventsAnswer]:
    """What happened to a rollout, in order."""
    return Call(
        method="GET",
        path="/api/v1/rollouts/{id}/events",
        in_path={"id": id},
        query={"include": include},
    )


def rollouts_evidence(
    id: str,
) -> Call[types.RolloutsEvidenceAnswer]:
    """What was counted, per step and arm."""
    return Call(
        method="GET",
        path="/api/v1/rollouts/{id}/evidence",
        in_path={"id": id},
    )


def rollouts_list(
    model: str,
    *,
    page_size: int | None = None,
    page_token: str | None = None,
    version: float | None = None,
) -> Call[types.RolloutsListAnswer]:
    """The rollouts of a model, or of one version of it, newest first."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/rollouts",
        in_path={"model": model},
        query={"pageSize": page_size, "pageToken": page_token, "version": version},
    )


def rollouts_list_all(
    *,
    page_size: int | None = None,
    page_token: str | None = None,
    live: Literal["true", "false"] | None = None,
    ended: Literal["true", "false"] | None = None,
    waits_for: Literal["person"] | None = None,
) -> Call[types.RolloutsListAllAnswer]:
    """Rollouts of all models, newest first; with `live=true` those that have not ended, with `ended=true` those that have, the latest end first, with `waitsFor=person` those of them that wait for a person."""
    return Call(
        method="GET",
        path="/api/v1/rollouts",
        query={"pageSize": page_size, "pageToken": page_token, "live": live, "ended": ended, "waitsFor": waits_for},
    )


def rollouts_pause(
    id: str,
    body: types.RolloutsPauseBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedOnRollout]:
    """A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so."""
    return Call(
        method="POST",
        path="/api/v1/rollouts/{id}/pause",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def rollouts_promote(
    id: str,
    body: types.RolloutsPromoteBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedOnRollout]:
    """A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so."""
    return Call(
        method="POST",
        path="/api/v1/rollouts/{id}/promote",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def rollouts_reject(
    id: str,
    body: types.RolloutsRejectBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedOnRollout]:
    """Approve or reject; `digest` and `policyHash` say what you saw: 409 when it is another by now."""
    return Call(
        method="POST",
        path="/api/v1/rollouts/{id}/reject",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def rollouts_replay(
    id: str,
    body: types.RolloutsReplayBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.Replay]:
    """Decide again what was recorded, by its own policy or by another one; nothing is changed."""
    return Call(
        method="POST",
        path="/api/v1/rollouts/{id}/replay",
        in_path={"id": id},
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def rollouts_resume(
    id: str,
    body: types.RolloutsResumeBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedOnRollout]:
    """A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so."""
    return Call(
        method="POST",
        path="/api/v1/rollouts/{id}/resume",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def rollouts_retry(
    id: str,
    body: types.RolloutsRetryBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedOnRollout]:
    """A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so."""
    return Call(
        method="POST",
        path="/api/v1/rollouts/{id}/retry",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def rollouts_samples(
    id: str,
) -> Call[types.RolloutsSamplesAnswer]:
    """The worst disagreements of a rollout's shadow: the request and both answers."""
    return Call(
        method="GET",
        path="/api/v1/rollouts/{id}/samples",
        in_path={"id": id},
    )


def rollouts_show(
    id: str,
) -> Call[types.Rollout]:
    """One rollout with its latest verdicts and decision."""
    return Call(
        method="GET",
        path="/api/v1/rollouts/{id}",
        in_path={"id": id},
    )


def rollouts_skip(
    id: str,
    body: types.RolloutsSkipBody,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Call[types.ActedOnRollout]:
    """A person acts on a rollout; 409 says which actions are legal now. retry answers the new rollout. Say what you saw by `step`, or by If-Match with the ETag of the rollout; without, a repeat of skip or approve within ten seconds does nothing, and `outcome` says so."""
    return Call(
        method="POST",
        path="/api/v1/rollouts/{id}/skip",
        in_path={"id": id},
        body=body,
        if_match=if_match,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def rollouts_start(
    model: str,
    body: types.RolloutsStartBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.Rollout]:
    """Start a rollout of a version; its own policy may only tighten the model's (403 policy_looser). What becomes of one that runs for another version is for that one's policy to say. 409 not_proven_before while its artifact is not proven in the environment before. With startAt it waits until then; asking again with another startAt moves it."""
    return Call(
        method="POST",
        path="/api/v1/models/{model}/rollouts",
        in_path={"model": model},
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def routes_resolve(
    model: str,
    unit: str,
    *,
    segment: str | list[str] | None = None,
) -> Call[types.ResolvedVersion]:
    """Which version a unit gets: for callers that no gateway stands before."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/resolve",
        in_path={"model": model},
        query={"unit": unit, "segment": segment},
    )


def routes_show(
    model: str,
) -> Call[types.Route]:
    """What gateways serve by."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/route",
        in_path={"model": model},
    )


def segments_replace(
    model: str,
    body: types.CallerSegments,
    *,
    if_match: str | None = None,
) -> Call[types.CallerSegments]:
    """Replace the named groups of callers, by the values of a header or of a place in the body, or by a list of units; {} takes all away."""
    return Call(
        method="PUT",
        path="/api/v1/models/{model}/segments",
        in_path={"model": model},
        body=body,
        if_match=if_match,
    )


def segments_show(
    model: str,
) -> Call[types.CallerSegments]:
    """Named groups of the callers of this model."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/segments",
        in_path={"model": model},
    )


def shared_rollouts_card(
    link: str,
) -> Call[None]:
    """The picture of a shared rollout, at most ten seconds old while it lives."""
    return Call(
        method="GET",
        path="/api/v1/shared-rollouts/{link}/card.png",
        in_path={"link": link},
    )


def shared_rollouts_page(
    link: str,
) -> Call[None]:
    """The page of a shared rollout: no token is asked for, the link is enough."""
    return Call(
        method="GET",
        path="/api/v1/shared-rollouts/{link}",
        in_path={"link": link},
    )


def shared_rollouts_share(
    id: str,
    body: types.SharedRolloutsShareBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.SharedRolloutsShareAnswer]:
    """Make a link that shows this rollout, and nothing else, to whoever has it, without a login. It is on the record; it ends by itself and cannot be called back."""
    return Call(
        method="POST",
        path="/api/v1/rollouts/{id}/share",
        in_path={"id": id},
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def subscriptions_create(
    body: types.SubscriptionsCreateBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.SubscriptionsCreateAnswer]:
    """Subscribe a URL; the answer shows what deliveries are signed with, and nothing shows it again."""
    return Call(
        method="POST",
        path="/api/v1/subscriptions",
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def subscriptions_deliveries(
    id: str,
    *,
    page_size: int | None = None,
    page_token: str | None = None,
    state: Literal["waiting", "delivered", "dead", "null"] | None = None,
) -> Call[types.SubscriptionsDeliveriesAnswer]:
    """What was sent, what waits, and what was given up (`state=dead`), newest first."""
    return Call(
        method="GET",
        path="/api/v1/subscriptions/{id}/deliveries",
        in_path={"id": id},
        query={"pageSize": page_size, "pageToken": page_token, "state": state},
    )


def subscriptions_edit(
    id: str,
    body: types.SubscriptionsEditBody,
) -> Call[types.Subscription]:
    """Change it; a disabled one that is made active gets what waits for it."""
    return Call(
        method="PATCH",
        path="/api/v1/subscriptions/{id}",
        in_path={"id": id},
        body=body,
    )


def subscriptions_list() -> Call[types.SubscriptionsListAnswer]:
    """All subscriptions, without their secrets."""
    return Call(
        method="GET",
        path="/api/v1/subscriptions",
    )


def subscriptions_remove(
    id: str,
) -> Call[None]:
    """Unsubscribe; what waits for it is forgotten."""
    return Call(
        method="DELETE",
        path="/api/v1/subscriptions/{id}",
        in_path={"id": id},
    )


def subscriptions_replay_all(
    id: str,
    *,
    idempotency_key: str | None = None,
) -> Call[types.SubscriptionsReplayAllAnswer]:
    """Send everything that was given up again, with the identity that it had."""
    return Call(
        method="POST",
        path="/api/v1/subscriptions/{id}/deliveries/replay",
        in_path={"id": id},
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def subscriptions_replay_one(
    id: str,
    delivery: str,
    *,
    idempotency_key: str | None = None,
) -> Call[types.SubscriptionsReplayOneAnswer]:
    """Send one that was given up again."""
    return Call(
        method="POST",
        path="/api/v1/subscriptions/{id}/deliveries/{delivery}/replay",
        in_path={"id": id, "delivery": delivery},
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def subscriptions_rotate(
    id: str,
    body: types.SubscriptionsRotateBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.SubscriptionsRotateAnswer]:
    """A new secret; until the overlap is over, deliveries are signed with the old one too."""
    return Call(
        method="POST",
        path="/api/v1/subscriptions/{id}/rotate-secret",
        in_path={"id": id},
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def subscriptions_show(
    id: str,
) -> Call[types.Subscription]:
    """One subscription."""
    return Call(
        method="GET",
        path="/api/v1/subscriptions/{id}",
        in_path={"id": id},
    )


def tokens_create(
    body: types.TokensCreateBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.TokensCreateAnswer]:
    """Make a token; the answer shows it, and nothing shows it again."""
    return Call(
        method="POST",
        path="/api/v1/tokens",
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def tokens_list() -> Call[types.TokensListAnswer]:
    """All tokens, without the tokens themselves."""
    return Call(
        method="GET",
        path="/api/v1/tokens",
    )


def tokens_remove(
    id: str,
) -> Call[None]:
    """Revoke a token."""
    return Call(
        method="DELETE",
        path="/api/v1/tokens/{id}",
        in_path={"id": id},
    )


def tokens_rotate(
    id: str,
    body: types.TokensRotateBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.TokensRotateAnswer]:
    """A new token with the same rights; the old one goes on for the overlap."""
    return Call(
        method="POST",
        path="/api/v1/tokens/{id}/rotate",
        in_path={"id": id},
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def version_facts_add_metrics(
    model: str,
    version: int,
    body: types.VersionFactsAddMetricsBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.VersionFactsAddMetricsAnswer]:
    """Add evaluation metrics to a version; the same name and step again replaces the value."""
    return Call(
        method="POST",
        path="/api/v1/models/{model}/versions/{version}/metrics",
        in_path={"model": model, "version": version},
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def version_facts_compatibility(
    model: str,
    version: int,
    *,
    with_: float | None = None,
) -> Call[types.Compatibility]:
    """Can callers of another version (the primary, unless `with` names one) go on as they are?."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/versions/{version}/compatibility",
        in_path={"model": model, "version": version},
        query={"with": with_},
    )


def version_facts_lineage(
    model: str,
    version: int,
    *,
    direction: Literal["upstream", "downstream", "both"] | None = None,
    depth: int | None = None,
) -> Call[types.Lineage]:
    """What feeds this version, and what consumes it."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/versions/{version}/lineage",
        in_path={"model": model, "version": version},
        query={"direction": direction, "depth": depth},
    )


def version_facts_score(
    model: str,
    version: int,
) -> Call[types.MlTestScore]:
    """The version by Google's ML Test Score: what Understudy checks, what CI attached, what is missing."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/versions/{version}/score",
        in_path={"model": model, "version": version},
    )


def version_facts_series(
    model: str,
    version: int,
    *,
    page_size: int | None = None,
    page_token: str | None = None,
    metric: str | None = None,
) -> Call[types.VersionFactsSeriesAnswer]:
    """The series of one metric by step, or of all by name."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/versions/{version}/metrics",
        in_path={"model": model, "version": version},
        query={"pageSize": page_size, "pageToken": page_token, "metric": metric},
    )


def versions_edit(
    model: str,
    version: int,
    body: types.VersionsEditBody,
    *,
    if_match: str | None = None,
) -> Call[types.Version]:
    """Change the description or tags of a version, say where it answers while nothing runs on it, or (operators) correct its output spec; the rest of it never changes."""
    return Call(
        method="PATCH",
        path="/api/v1/models/{model}/versions/{version}",
        in_path={"model": model, "version": version},
        body=body,
        if_match=if_match,
    )


def versions_list(
    model: str,
    *,
    page_size: int | None = None,
    page_token: str | None = None,
    filter: str | None = None,
    order_by: str | None = None,
) -> Call[types.VersionsListAnswer]:
    """The versions of a model, newest first unless `orderBy` says otherwise; `filter` as in MLflow."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/versions",
        in_path={"model": model},
        query={"pageSize": page_size, "pageToken": page_token, "filter": filter, "orderBy": order_by},
    )


def versions_register(
    model: str,
    body: types.VersionsRegisterBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.VersionsRegisterAnswer]:
    """Register a version, and start its rollout when `rollout` says so; its own policy may only tighten the model's (403 policy_looser)."""
    return Call(
        method="POST",
        path="/api/v1/models/{model}/versions",
        in_path={"model": model},
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def versions_remove(
    model: str,
    version: int,
    *,
    if_match: str | None = None,
) -> Call[None]:
    """Delete a version that does not serve, is in no live rollout and is not what a rollback would go back to; its record stays."""
    return Call(
        method="DELETE",
        path="/api/v1/models/{model}/versions/{version}",
        in_path={"model": model, "version": version},
        if_match=if_match,
    )


def versions_show(
    model: str,
    version: int,
) -> Call[types.Version]:
    """One version."""
    return Call(
        method="GET",
        path="/api/v1/models/{model}/versions/{version}",
        in_path={"model": model, "version": version},
    )


def webhook_sources_create(
    body: types.WebhookSourcesCreateBody,
    *,
    idempotency_key: str | None = None,
) -> Call[types.WebhookSourcesCreateAnswer]:
    """Add a source; the answer shows its secret, and nothing shows it again."""
    return Call(
        method="POST",
        path="/api/v1/webhook-sources",
        body=body,
        takes_key=True,
        idempotency_key=idempotency_key,
    )


def webhook_sources_list() -> Call[types.WebhookSourcesListAnswer]:
    """All sources, without their secrets."""
    return Call(
        method="GET",
        path="/api/v1/webhook-sources",
    )


def webhook_sources_remove(
    name: str,
) -> Call[None]:
    """Remove a source."""
    return Call(
        method="DELETE",
        path="/api/v1/webhook-sources/{name}",
        in_path={"name": name},
    )

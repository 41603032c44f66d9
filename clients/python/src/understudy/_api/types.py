"""What the api takes and answers, as JSON. Made by `npm run client` from OpenAPI: do not edit."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypedDict


__all__ = [
    "ActedOnRollout",
    "ActedOnRolloutApprovalsItem",
    "ActedOnRolloutDecision",
    "ActedOnRolloutErrorBudget",
    "ActedOnRolloutStep",
    "ActedReleaseGroup",
    "Alias",
    "AliasesListAnswer",
    "AliasesSetBody",
    "Artifact",
    "AuditExportsAnswer",
    "AuditListAnswer",
    "AuditReport",
    "AuditReportBreaksItem",
    "AuditReportHeadsItem",
    "BatchAnswer",
    "BatchAnswerRefusedItem",
    "CallerSegments",
    "CallerSegmentsValue1",
    "CallerSegmentsValue2",
    "CallerSegmentsValue3",
    "CheckResult",
    "CiLoginLoginAnswer",
    "CiLoginLoginBody",
    "ComparedPolicy",
    "ComparedPolicyChangesItem",
    "Compatibility",
    "DataPlane",
    "DataPlaneFirstBehindItem",
    "Delivery",
    "Event",
    "EventExport",
    "FeedbackReport",
    "FeedbackTakeBody",
    "FeedbackTakeBodyItemsItem",
    "Fleet",
    "FleetWorkers",
    "GateVerdict",
    "GateVerdictInterval",
    "Lineage",
    "LineageEdgesItem",
    "LineageEdgesItemFrom",
    "LineageEdgesItemTo",
    "LineageNodesItem",
    "LoginMeAnswer",
    "ManifestsRegisterAnswer",
    "ManifestsRegisterAnswerWarningsItem",
    "ManifestsRegisterBody",
    "ManifestsRegisterBodyArtifact",
    "ManifestsRegisterBodyBaseline",
    "ManifestsRegisterBodyBaselineConfidence",
    "ManifestsRegisterBodyBaselineFeaturesValue",
    "ManifestsRegisterBodyBaselineOutput",
    "ManifestsRegisterBodyCopyOf",
    "ManifestsRegisterBodyOutputSpec1",
    "ManifestsRegisterBodyOutputSpec2",
    "ManifestsRegisterBodyOutputSpec3",
    "ManifestsRegisterBodyOutputSpec4",
    "ManifestsRegisterBodyOutputSpec5",
    "ManifestsRegisterBodyOutputSpec6",
    "ManifestsRegisterBodyRollout",
    "ManifestsRegisterBodyUpstreamsItem",
    "ManifestsSchemaAnswer",
    "MlTestScore",
    "MlTestScoreSections",
    "MlTestScoreSectionsData",
    "MlTestScoreSectionsDataTestsItem",
    "MlTestScoreSectionsInfra",
    "MlTestScoreSectionsInfraTestsItem",
    "MlTestScoreSectionsModel",
    "MlTestScoreSectionsModelTestsItem",
    "MlTestScoreSectionsMonitor",
    "MlTestScoreSectionsMonitorTestsItem",
    "Model",
    "ModelActions",
    "ModelActionsActionsItem",
    "ModelCallers",
    "ModelCallersPredictions",
    "ModelCallersUnit1",
    "ModelCallersUnit2",
    "ModelCallersUnit3",
    "ModelDocumentsCallersAnswer",
    "ModelDocumentsCallersAnswerPredictions",
    "ModelDocumentsCallersAnswerUnit1",
    "ModelDocumentsCallersAnswerUnit2",
    "ModelDocumentsCallersAnswerUnit3",
    "ModelDocumentsEnvironmentAnswer",
    "ModelDocumentsGoldenAnswer",
    "ModelDocumentsGoldenAnswerItemsItem",
    "ModelDocumentsGoldenAnswerItemsItemExpectItem",
    "ModelDocumentsPricesAnswer",
    "ModelDocumentsPricesAnswerVersionsValue",
    "ModelDocumentsReplaceCallersAnswer",
    "ModelDocumentsReplaceCallersAnswerPredictions",
    "ModelDocumentsReplaceCallersAnswerUnit1",
    "ModelDocumentsReplaceCallersAnswerUnit2",
    "ModelDocumentsReplaceCallersAnswerUnit3",
    "ModelDocumentsReplaceCallersBody",
    "ModelDocumentsReplaceCallersBodyPredictions",
    "ModelDocumentsReplaceCallersBodyUnit1",
    "ModelDocumentsReplaceCallersBodyUnit2",
    "ModelDocumentsReplaceCallersBodyUnit3",
    "ModelDocumentsReplaceEnvironmentAnswer",
    "ModelDocumentsReplaceEnvironmentBody",
    "ModelDocumentsReplaceGoldenAnswer",
    "ModelDocumentsReplaceGoldenAnswerItemsItem",
    "ModelDocumentsReplaceGoldenAnswerItemsItemExpectItem",
    "ModelDocumentsReplaceGoldenBody",
    "ModelDocumentsReplaceGoldenBodyItemsItem",
    "ModelDocumentsReplaceGoldenBodyItemsItemExpectItem",
    "ModelDocumentsReplacePricesAnswer",
    "ModelDocumentsReplacePricesAnswerVersionsValue",
    "ModelDocumentsReplacePricesBody",
    "ModelDocumentsReplacePricesBodyVersionsValue",
    "ModelEnvironment",
    "ModelLiveRollout",
    "ModelOutputSpec",
    "ModelPrices",
    "ModelPricesVersionsValue",
    "ModelRetirement",
    "ModelSettings",
    "ModelSettingsApplyBody",
    "ModelSettingsCallers",
    "ModelSettingsCallersPredictions",
    "ModelSettingsCallersUnit1",
    "ModelSettingsCallersUnit2",
    "ModelSettingsCallersUnit3",
    "ModelSettingsChanges",
    "ModelSettingsChangesModelsItem",
    "ModelSettingsChangesModelsItemChangesItem",
    "ModelSettingsChangesWarningsItem",
    "ModelSettingsEnvironment",
    "ModelSettingsGolden",
    "ModelSettingsGoldenItemsItem",
    "ModelSettingsGoldenItemsItemExpectItem",
    "ModelSettingsOutputSpec1",
    "ModelSettingsOutputSpec2",
    "ModelSettingsOutputSpec3",
    "ModelSettingsOutputSpec4",
    "ModelSettingsOutputSpec5",
    "ModelSettingsOutputSpec6",
    "ModelSettingsPlanBody",
    "ModelSettingsPrices",
    "ModelSettingsPricesVersionsValue",
    "ModelSettingsShowAnswer",
    "ModelsCreateBody",
    "ModelsEditBody",
    "ModelsEditBodyOutputSpec1",
    "ModelsEditBodyOutputSpec2",
    "ModelsEditBodyOutputSpec3",
    "ModelsEditBodyOutputSpec4",
    "ModelsEditBodyOutputSpec5",
    "ModelsEditBodyOutputSpec6",
    "ModelsListAnswer",
    "MovedPrimary",
    "Plan",
    "PlanPlan",
    "PlanPlanStepsItem",
    "PlanWarningsItem",
    "PrimariesListAnswer",
    "PrimaryOutage",
    "PrimaryOutageGatewaysItem",
    "PrimaryPromoteBody",
    "PrimaryRetireBody",
    "PrimaryRollbackBody",
    "PrimaryTime",
    "PrimaryUnretireBody",
    "Problem",
    "ProblemErrorsItem",
    "ReleaseGroup",
    "ReleaseGroupsAbortBody",
    "ReleaseGroupsApproveBody",
    "ReleaseGroupsFinishBody",
    "ReleaseGroupsListAnswer",
    "ReleaseGroupsPromoteBody",
    "ReleaseGroupsRegisterBody",
    "ReleaseGroupsRegisterBodyMembersItem",
    "ReleaseGroupsRegisterBodyMembersItemArtifact",
    "ReleaseGroupsRegisterBodyMembersItemBaseline",
    "ReleaseGroupsRegisterBodyMembersItemBaselineConfidence",
    "ReleaseGroupsRegisterBodyMembersItemBaselineFeaturesValue",
    "ReleaseGroupsRegisterBodyMembersItemBaselineOutput",
    "ReleaseGroupsRegisterBodyMembersItemCopyOf",
    "ReleaseGroupsRegisterBodyMembersItemOutputSpec1",
    "ReleaseGroupsRegisterBodyMembersItemOutputSpec2",
    "ReleaseGroupsRegisterBodyMembersItemOutputSpec3",
    "ReleaseGroupsRegisterBodyMembersItemOutputSpec4",
    "ReleaseGroupsRegisterBodyMembersItemOutputSpec5",
    "ReleaseGroupsRegisterBodyMembersItemOutputSpec6",
    "ReleaseGroupsRegisterBodyMembersItemUpstreamsItem",
    "ReleaseGroupsRejectBody",
    "ReleaseGroupsRetryBody",
    "ReleaseGroupsStartBody",
    "ReleaseGroupsStartBodyMembersItem",
    "Replay",
    "ReplayFirstDifference",
    "ReplayFirstDifferenceRecorded",
    "ReplayFirstDifferenceReplayed",
    "ReplayLooksItem",
    "ReplayLooksItemRecorded",
    "ReplayLooksItemReplayed",
    "ResolvedVersion",
    "ResolvedVersionArtifact",
    "RetiredModel",
    "Rollout",
    "RolloutApprovalsItem",
    "RolloutDecision",
    "RolloutErrorBudget",
    "RolloutStep",
    "RolloutTraffic",
    "RolloutTrafficCandidate",
    "RolloutTrafficCandidateSegmentsItem",
    "RolloutsAbortBody",
    "RolloutsApproveBody",
    "RolloutsDistributionsAnswer",
    "RolloutsDistributionsAnswerItemsItem",
    "RolloutsDistributionsAnswerItemsItemCandidateToBaseline",
    "RolloutsDistributionsAnswerItemsItemCandidateToPrimary",
    "RolloutsDistributionsAnswerItemsItemPrimaryToBaseline",
    "RolloutsEventsAnswer",
    "RolloutsEvidenceAnswer",
    "RolloutsEvidenceAnswerItemsItem",
    "RolloutsEvidenceAnswerItemsItemSegmentsItem",
    "RolloutsEvidenceAnswerItemsItemStartPeriodsItem",
    "RolloutsListAllAnswer",
    "RolloutsListAnswer",
    "RolloutsPauseBody",
    "RolloutsPromoteBody",
    "RolloutsRejectBody",
    "RolloutsReplayBody",
    "RolloutsResumeBody",
    "RolloutsRetryBody",
    "RolloutsSamplesAnswer",
    "RolloutsSamplesAnswerItemsItem",
    "RolloutsSamplesAnswerItemsItemCandidate",
    "RolloutsSamplesAnswerItemsItemPrimary",
    "RolloutsSkipBody",
    "RolloutsStartBody",
    "Route",
    "RouteCandidate",
    "RouteCandidateRingsItem",
    "RoutePrimary",
    "RouteRetired",
    "SharedRolloutsShareAnswer",
    "SharedRolloutsShareBody",
    "Subscription",
    "SubscriptionsCreateAnswer",
    "SubscriptionsCreateBody",
    "SubscriptionsDeliveriesAnswer",
    "SubscriptionsEditBody",
    "SubscriptionsListAnswer",
    "SubscriptionsReplayAllAnswer",
    "SubscriptionsReplayOneAnswer",
    "SubscriptionsRotateAnswer",
    "SubscriptionsRotateBody",
    "Tally",
    "TallyInterTokenMs",
    "TallyLatencyMs",
    "TallyTtftMs",
    "TallyUsage",
    "TokensCreateAnswer",
    "TokensCreateBody",
    "TokensListAnswer",
    "TokensListAnswerItemsItem",
    "TokensRotateAnswer",
    "TokensRotateBody",
    "Version",
    "VersionArtifact",
    "VersionDeployment",
    "VersionFactsAddMetricsAnswer",
    "VersionFactsAddMetricsBody",
    "VersionFactsAddMetricsBodyPointsItem",
    "VersionFactsSeriesAnswer",
    "VersionFactsSeriesAnswerItemsItem",
    "VersionOutputSpec",
    "VersionUpstreamsItem",
    "VersionsEditBody",
    "VersionsEditBodyOutputSpec1",
    "VersionsEditBodyOutputSpec2",
    "VersionsEditBodyOutputSpec3",
    "VersionsEditBodyOutputSpec4",
    "VersionsEditBodyOutputSpec5",
    "VersionsEditBodyOutputSpec6",
    "VersionsListAnswer",
    "VersionsRegisterAnswer",
    "VersionsRegisterAnswerWarningsItem",
    "VersionsRegisterBody",
    "VersionsRegisterBodyArtifact",
    "VersionsRegisterBodyBaseline",
    "VersionsRegisterBodyBaselineConfidence",
    "VersionsRegisterBodyBaselineFeaturesValue",
    "VersionsRegisterBodyBaselineOutput",
    "VersionsRegisterBodyCopyOf",
    "VersionsRegisterBodyOutputSpec1",
    "VersionsRegisterBodyOutputSpec2",
    "VersionsRegisterBodyOutputSpec3",
    "VersionsRegisterBodyOutputSpec4",
    "VersionsRegisterBodyOutputSpec5",
    "VersionsRegisterBodyOutputSpec6",
    "VersionsRegisterBodyRollout",
    "VersionsRegisterBodyUpstreamsItem",
    "WebhookSourcesCreateAnswer",
    "WebhookSourcesCreateBody",
    "WebhookSourcesCreateBodyManifest1",
    "WebhookSourcesCreateBodyManifest2",
    "WebhookSourcesCreateBodyManifest3",
    "WebhookSourcesListAnswer",
    "WebhookSourcesListAnswerItemsItem",
]


_ActedOnRolloutKeys = TypedDict(
    "_ActedOnRolloutKeys",
    {
        # The primary when it started
        "from": "int | None",
    },
)


class _ActedOnRollout(_ActedOnRolloutKeys):
    id: str
    model: str
    version: int
    intent: Literal["release", "rollback"]
    state: Literal["pending", "running", "paused", "awaiting_approval", "baking", "succeeded", "rolled_back", "aborted", "superseded"]
    step: ActedOnRolloutStep | None
    checks: list[CheckResult] | None
    approvals: list[ActedOnRolloutApprovalsItem]
    # The version's error budget: it is not given anew to each try
    errorBudget: ActedOnRolloutErrorBudget
    # What would be carried out now, if an admin said it who had no hand in the version (with overrideFreeze while a freeze window is open). In lists: by the rollout alone, whatever its model, its environment and its server say
    legalActions: list[Literal["pause", "resume", "approve", "reject", "skip", "promote", "abort", "retry"]]
    # What is wrong with the evidence itself, in spite of which a person has resumed it in this step, or has made the version primary
    acceptedFaults: list[str]
    overridesFreeze: bool
    # An admin released it though its artifact was not proven in the environment before
    overridesEnvironment: bool
    # It waits for its start, or for the rollout before it
    queued: bool
    # Not before this time; null: as soon as it can
    startAt: str | None
    # The release group whose members become primary together with it; null: it goes by itself
    groupId: str | None
    revision: int
    policy: Any
    policyHash: str
    verdicts: list[GateVerdict]
    # The last one; `waitingFor` says how it stands now
    decision: ActedOnRolloutDecision | None
    # Why nothing moves, in one sentence, as the rollout stands in this answer, also in that to a command; asked for by itself, with how long it still takes, and who paused it
    waitingFor: str | None
    reason: str
    createdAt: str
    createdBy: str
    endedAt: str | None
    # Why nothing was done, where it was so already
    outcome: str | None


class ActedOnRollout(_ActedOnRollout, total=False):
    # Who gets what by the route that is published; null: the route is none of this rollout. Left out in lists
    traffic: RolloutTraffic | None


class _ActedOnRolloutApprovalsItem(TypedDict):
    step: int
    version: int
    by: str
    reason: str
    at: str


class ActedOnRolloutApprovalsItem(_ActedOnRolloutApprovalsItem, total=False):
    digest: str | None
    policyHash: str


class _ActedOnRolloutDecision(TypedDict):
    kind: Literal["hold", "advance", "promote", "rollback", "pause"]
    because: str
    at: str


class ActedOnRolloutDecision(_ActedOnRolloutDecision, total=False):
    # Of the rollout, that it was made at. A lower one than `revision`: it has moved since
    revision: int


class ActedOnRolloutErrorBudget(TypedDict):
    """The version's error budget: it is not given anew to each try"""

    # Which try of its artifact; null: of before tries were counted
    attempt: int | None
    # What this try may spend: good versions that it rolls back
    alpha: float
    # What a gate of this try may spend: bad versions that it takes for proven
    beta: float
    # What of the policy's alpha earlier tries could spend
    spentBefore: float


class ActedOnRolloutStep(TypedDict):
    index: int
    kind: str
    # Basis points: 1 is 0.01 %. Of everybody, or of the members of the segments
    weight: int | None
    # Of a ring: only their members get the candidate
    segments: list[str] | None
    startedAt: str | None
    clockStoppedAt: str | None


class _ActedReleaseGroup(TypedDict):
    id: str
    # succeeded: each version became a proven primary; rolled_back: one failed, and all went back
    state: Literal["live", "succeeded", "rolled_back"]
    # Grows with every change of state of a member
    revision: int
    reason: str
    createdAt: str
    createdBy: str
    # Each model's rollout, by the model's name
    members: list[Rollout]
    # Why nothing was done, where it was so already
    outcome: str | None


class ActedReleaseGroup(_ActedReleaseGroup, total=False):
    # What would be carried out now, if an admin said it who had no hand in the versions (with overrideFreeze while a freeze window is open). Left out in lists
    legalActions: list[Literal["approve", "reject", "promote", "finish", "abort", "retry"]]


class Alias(TypedDict):
    alias: str
    version: int


class AliasesListAnswer(TypedDict):
    items: list[Alias]


class AliasesSetBody(TypedDict):
    version: int


class Artifact(TypedDict):
    digest: str
    # Bytes
    size: int
    download: str


class AuditExportsAnswer(TypedDict):
    items: list[EventExport]


class AuditListAnswer(TypedDict):
    items: list[Event]
    nextPageToken: str | None
    # Files that have events of this time which are in the database no more, newest first; at most 100
    detached: list[EventExport]


class AuditReport(TypedDict):
    intact: bool
    models: int
    # Events that were read in the database
    events: int
    # Events that only files have (`GET /audit/exports`): `understudy audit verify --exports` reads those too
    detached: int
    breaks: list[AuditReportBreaksItem]
    # Keep them elsewhere, and a chain that was made anew is noticed too
    heads: list[AuditReportHeadsItem]


class AuditReportBreaksItem(TypedDict):
    model: str
    sequence: int
    because: str


class AuditReportHeadsItem(TypedDict):
    model: str
    sequence: int
    hash: str


class BatchAnswer(TypedDict):
    # The version of the messages that this api speaks
    protocol: int
    # false: the batch is a repeat
    counted: bool
    # Entries that were not taken, while the others were
    refusedCount: int
    # The first 100 of them
    refused: list[BatchAnswerRefusedItem]
    # Models of which it wants to know whether their primary answers callers
    asks: list[str]


class BatchAnswerRefusedItem(TypedDict):
    list: Literal["trips", "acknowledged", "primaries", "entries", "samples", "textPairs", "served"]
    index: int | None
    model: str | None
    rolloutId: str | None
    pointer: str
    reason: str


CallerSegments: TypeAlias = "dict[str, CallerSegmentsValue1 | CallerSegmentsValue2 | CallerSegmentsValue3]"


class CallerSegmentsValue1(TypedDict):
    # Its value, or one of a list with commas, is compared; no header that holds a credential
    header: str
    # Whoever has one of these is in the segment
    values: list[str]


class CallerSegmentsValue2(TypedDict):
    # In the request body; of an array, its items are compared
    jsonPath: str
    # Whoever has one of these is in the segment
    values: list[str]


class CallerSegmentsValue3(TypedDict):
    # As the caller rules read them: users, sessions, devices. Blanks around them are taken away
    units: list[str]


class CheckResult(TypedDict):
    check: str
    outcome: Literal["pass", "fail", "skipped"]
    because: str
    saw: dict[str, Any]


class CiLoginLoginAnswer(TypedDict):
    token: str
    expiresAt: str
    scopes: list[str]
    models: list[str]


class CiLoginLoginBody(TypedDict):
    token: str


class ComparedPolicy(TypedDict):
    # By the steps of its latest rollouts; null: not known yet
    requestsPerSecond: float | None
    # Distinct units in a step of its latest rollouts; null: not known yet
    callers: int | None
    # In what this policy is looser, or tighter, than the model's present one
    changes: list[ComparedPolicyChangesItem]


class ComparedPolicyChangesItem(TypedDict):
    pointer: str
    kind: Literal["looser", "tighter"]
    before: str
    after: str


class Compatibility(TypedDict):
    version: int
    comparedWith: int
    # null: it cannot be told
    compatible: bool | None
    because: str
    breaks: list[str]
    notCompared: list[str]


class DataPlane(TypedDict):
    # `GATEWAY_ID`
    id: str
    # serving; behind: alive, and it has not acknowledged a route that was published more than 3 s ago: steps of that model wait for it; silent: not heard of for `silentAfterMs`: nobody waits for it; reporting: it brings what others have counted, and serves nobody
    state: Literal["serving", "behind", "silent", "reporting"]
    heardAt: str | None
    # What it is; null, here and below: it does not say, as releases of before
    kind: Literal["gateway", "envoy", "kubernetes"] | None
    # The release of Understudy that it runs
    release: str | None
    # How long before it said so its routes were known to be the newest ones
    routesAgeMs: float | None
    # Requests whose evidence it has lost since it started
    lostRequests: float | None
    # Copies of shadows that it has not made since it started
    droppedCopies: float | None
    # Envoys that have their routes from it
    proxies: float | None
    # Models of whose route it has acknowledged some revision
    acknowledged: int
    # Models whose newest revision it has not acknowledged
    behind: int
    # The first 20 of them, published longest ago first; `revision` 0: none yet
    firstBehind: list[DataPlaneFirstBehindItem]


class DataPlaneFirstBehindItem(TypedDict):
    model: str
    revision: int
    newest: int
    publishedAt: str


class Delivery(TypedDict):
    id: str
    type: str
    model: str | None
    sequence: int
    state: Literal["waiting", "delivered", "dead"]
    attempts: int
    lastStatus: int | None
    lastError: str | None
    nextAt: str | None


class Event(TypedDict):
    sequence: int
    # null: of the installation, such as a token or a refusal
    model: str | None
    rolloutId: str | None
    type: str
    actor: str
    data: dict[str, Any]
    at: str
    hash: str


class EventExport(TypedDict):
    number: int
    file: str
    # The folder that it was written to
    place: str
    sha256: str
    # Ed25519, the public one (SPKI, base64): keep it elsewhere
    key: str
    events: int
    # The earliest of its events
    firstAt: str
    lastAt: str
    madeAt: str
    # null: not all of its events have left the database
    detachedAt: str | None


class FeedbackReport(TypedDict):
    counted: int
    repeated: int
    # Of requests or units that no rollout knows
    unattributed: int
    refused: list[dict[str, Any]]


class FeedbackTakeBody(TypedDict):
    items: list[FeedbackTakeBodyItemsItem]


class _FeedbackTakeBodyItemsItem(TypedDict):
    metric: str
    value: float


class FeedbackTakeBodyItemsItem(_FeedbackTakeBodyItemsItem, total=False):
    receipt: str
    requestId: str
    unit: str
    model: str
    at: str
    id: str


class Fleet(TypedDict):
    # When it was looked up: some seconds ago where that takes long, 10 s at most
    at: str
    # That have a route
    models: int
    silentAfterMs: int
    # Gateways, xDS servers with their Envoys, Kubernetes routers, by name
    planes: list[DataPlane]
    # What some connected data plane feeds gates with
    feeds: list[Literal["answers", "streams", "segments", "shadow", "rings"]]
    workers: FleetWorkers


class FleetWorkers(TypedDict):
    # One has spoken in the last 30 s
    alive: bool
    # When one spoke last; null: none did in the last day
    heardAt: str | None
    # What they can ask beside counts: judge, embedder, source:<name>
    judges: list[str]


class GateVerdict(TypedDict):
    gate: str
    verdict: Literal["pass", "fail", "undecided", "no_data"]
    because: str
    estimate: float | None
    interval: GateVerdictInterval
    segment: str | None
    margin: float | None
    dryRun: bool
    onFail: Literal["rollback", "pause"]


class GateVerdictInterval(TypedDict):
    lower: float | None
    upper: float | None


class Lineage(TypedDict):
    nodes: list[LineageNodesItem]
    # `from` feeds `to`
    edges: list[LineageEdgesItem]
    truncated: bool


_LineageEdgesItemKeys = TypedDict(
    "_LineageEdgesItemKeys",
    {
        "from": "LineageEdgesItemFrom",
    },
)


class LineageEdgesItem(_LineageEdgesItemKeys):
    to: LineageEdgesItemTo


class LineageEdgesItemFrom(TypedDict):
    model: str
    version: int


class LineageEdgesItemTo(TypedDict):
    model: str
    version: int


class LineageNodesItem(TypedDict):
    model: str
    version: int
    direction: Literal["self", "upstream", "downstream"]
    distance: int
    # Of a model that you may not see: its name and number, and no more
    hidden: bool
    # null: hidden
    serves: bool | None
    # null: hidden
    deleted: bool | None
    source: dict[str, str]
    dataset: dict[str, str]


class LoginMeAnswer(TypedDict):
    name: str
    actor: str
    scopes: list[str]
    models: list[str] | None


class Version(TypedDict):
    model: str
    version: int
    state: Literal["primary", "candidate", "retired", "registered"]
    artifact: VersionArtifact | None
    # The first of `servingUrls`; null: a deployer starts it
    servingUrl: str | None
    # Where its replicas answer; gateways balance over them; empty: a deployer starts it
    servingUrls: list[str]
    # Where its server says that it is ready (2xx); null: at a usual path; `none`: nowhere
    healthPath: str | None
    description: str
    tags: dict[str, str]
    aliases: list[str]
    source: dict[str, str]
    dataset: dict[str, str]
    signature: Any
    outputSpec: VersionOutputSpec | None
    baseline: dict[str, Any] | None
    upstreams: list[VersionUpstreamsItem]
    hasCard: bool
    # Whether its model server takes callers, by the last probes; null: nobody had to know yet
    deployment: VersionDeployment | None
    metrics: dict[str, float]
    createdAt: str
    updatedAt: str
    createdBy: str


class ManifestsRegisterAnswer(Version):
    rollout: Rollout | None
    # What is no mistake for certain: an output spec that was not tried, or reads some answers only
    warnings: list[ManifestsRegisterAnswerWarningsItem]


class ManifestsRegisterAnswerWarningsItem(TypedDict):
    code: str
    detail: str


class _ManifestsRegisterBody(TypedDict):
    model: str


class ManifestsRegisterBody(_ManifestsRegisterBody, total=False):
    artifact: ManifestsRegisterBodyArtifact | None
    # Copies artifact, digest and metadata of this version, as from staging to prod; what is said beside it wins. Serving URLs are not copied
    copyOf: ManifestsRegisterBodyCopyOf | None
    # Where it answers: a list of one
    servingUrl: str | None
    # Where its replicas answer: gateways balance over them; servingUrl, where it is there too, is the first
    servingUrls: list[str] | None
    # Where the model server says that it is ready (any 2xx). Default: the usual paths of model servers; `none`: any answer below 500
    healthPath: str | None
    description: str
    tags: dict[str, str]
    metrics: dict[str, float]
    source: dict[str, str]
    dataset: dict[str, str]
    signature: Any
    # Left out: the primary's. A name, such as `open-inference`, stands for its protocol's
    outputSpec: ManifestsRegisterBodyOutputSpec1 | ManifestsRegisterBodyOutputSpec2 | ManifestsRegisterBodyOutputSpec3 | ManifestsRegisterBodyOutputSpec4 | ManifestsRegisterBodyOutputSpec5 | ManifestsRegisterBodyOutputSpec6 | Literal["open-inference", "tf-serving", "mlflow", "openai", "auto"] | None
    baseline: ManifestsRegisterBodyBaseline | None
    upstreams: list[ManifestsRegisterBodyUpstreamsItem]
    # The model card, in Markdown
    card: str
    createModel: bool
    rollout: bool | ManifestsRegisterBodyRollout


class _ManifestsRegisterBodyArtifact(TypedDict):
    digest: str


class ManifestsRegisterBodyArtifact(_ManifestsRegisterBodyArtifact, total=False):
    uri: str
    # Of an uploaded artifact
    fileName: str


class ManifestsRegisterBodyBaseline(TypedDict, total=False):
    features: dict[str, ManifestsRegisterBodyBaselineFeaturesValue]
    output: ManifestsRegisterBodyBaselineOutput
    confidence: ManifestsRegisterBodyBaselineConfidence


class _ManifestsRegisterBodyBaselineConfidence(TypedDict):
    categories: dict[str, float]


class ManifestsRegisterBodyBaselineConfidence(_ManifestsRegisterBodyBaselineConfidence, total=False):
    missing: float


class ManifestsRegisterBodyBaselineFeaturesValue(TypedDict):
    path: str


class _ManifestsRegisterBodyBaselineOutput(TypedDict):
    categories: dict[str, float]


class ManifestsRegisterBodyBaselineOutput(_ManifestsRegisterBodyBaselineOutput, total=False):
    missing: float


class ManifestsRegisterBodyCopyOf(TypedDict):
    """Copies artifact, digest and metadata of this version, as from staging to prod; what is said beside it wins. Serving URLs are not copied"""

    model: str
    version: int


class _ManifestsRegisterBodyOutputSpec1(TypedDict):
    kind: Literal["label"]
    path: str


class ManifestsRegisterBodyOutputSpec1(_ManifestsRegisterBodyOutputSpec1, total=False):
    confidence: str
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ManifestsRegisterBodyOutputSpec2(TypedDict):
    kind: Literal["probabilities"]
    path: str


class ManifestsRegisterBodyOutputSpec2(_ManifestsRegisterBodyOutputSpec2, total=False):
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ManifestsRegisterBodyOutputSpec3(TypedDict):
    kind: Literal["tensor"]
    path: str


class ManifestsRegisterBodyOutputSpec3(_ManifestsRegisterBodyOutputSpec3, total=False):
    tolerance: float
    # How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0
    relativeTolerance: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ManifestsRegisterBodyOutputSpec4(TypedDict):
    kind: Literal["score"]
    path: str


class ManifestsRegisterBodyOutputSpec4(_ManifestsRegisterBodyOutputSpec4, total=False):
    tolerance: float
    # How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0
    relativeTolerance: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ManifestsRegisterBodyOutputSpec5(TypedDict):
    kind: Literal["ranking"]
    path: str


class ManifestsRegisterBodyOutputSpec5(_ManifestsRegisterBodyOutputSpec5, total=False):
    minCorrelation: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ManifestsRegisterBodyOutputSpec6(TypedDict):
    kind: Literal["text"]
    path: str


class ManifestsRegisterBodyOutputSpec6(_ManifestsRegisterBodyOutputSpec6, total=False):
    similarity: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class ManifestsRegisterBodyRollout(TypedDict, total=False):
    policy: Any
    # Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
    startAt: str | None


class ManifestsRegisterBodyUpstreamsItem(TypedDict):
    model: str
    version: int


_ManifestsSchemaAnswerKeys = TypedDict(
    "_ManifestsSchemaAnswerKeys",
    {
        "$schema": "str",
    },
)


class ManifestsSchemaAnswer(_ManifestsSchemaAnswerKeys):
    pass


class MlTestScore(TypedDict):
    score: float
    meaning: str
    sections: MlTestScoreSections


class MlTestScoreSections(TypedDict):
    data: MlTestScoreSectionsData
    model: MlTestScoreSectionsModel
    infra: MlTestScoreSectionsInfra
    monitor: MlTestScoreSectionsMonitor


class MlTestScoreSectionsData(TypedDict):
    points: float
    tests: list[MlTestScoreSectionsDataTestsItem]


class MlTestScoreSectionsDataTestsItem(TypedDict):
    id: str
    title: str
    points: float
    by: Literal["understudy", "ci", "missing"]
    because: str


class MlTestScoreSectionsInfra(TypedDict):
    points: float
    tests: list[MlTestScoreSectionsInfraTestsItem]


class MlTestScoreSectionsInfraTestsItem(TypedDict):
    id: str
    title: str
    points: float
    by: Literal["understudy", "ci", "missing"]
    because: str


class MlTestScoreSectionsModel(TypedDict):
    points: float
    tests: list[MlTestScoreSectionsModelTestsItem]


class MlTestScoreSectionsModelTestsItem(TypedDict):
    id: str
    title: str
    points: float
    by: Literal["understudy", "ci", "missing"]
    because: str


class MlTestScoreSectionsMonitor(TypedDict):
    points: float
    tests: list[MlTestScoreSectionsMonitorTestsItem]


class MlTestScoreSectionsMonitorTestsItem(TypedDict):
    id: str
    title: str
    points: float
    by: Literal["understudy", "ci", "missing"]
    because: str


class _Model(TypedDict):
    name: str
    description: str
    tags: dict[str, str]
    # The version that serves
    primary: int | None
    # Why nothing serves any more, on purpose: callers get 410 with the reason. `version` served until then
    retirement: ModelRetirement | None
    # Why the primary answers no callers; null: it does, as far as is known. Not part of what If-Match compares
    primaryOutage: PrimaryOutage | None
    policy: Any
    callers: ModelCallers
    prices: ModelPrices
    environment: ModelEnvironment | None
    autoRollout: bool
    primaryAliasStartsRollout: bool
    servingUrlTemplate: str | None
    # Of versions that bring none; null: the primary's
    outputSpec: ModelOutputSpec | None
    createdAt: str
    updatedAt: str


class Model(_Model, total=False):
    # In lists: the rollout that is on its way; null: none
    liveRollout: ModelLiveRollout | None


class ModelActions(TypedDict):
    model: str
    version: int | None
    actions: list[ModelActionsActionsItem]


class ModelActionsActionsItem(TypedDict):
    action: Literal["rollback", "retire", "unretire", "release", "promote"]
    possible: bool
    # What it would be refused with; `so_already`: it would change nothing
    code: str | None
    # Why it is not possible now; null: it is
    because: str | None


class _ModelCallers(TypedDict):
    repeatable: bool


class ModelCallers(_ModelCallers, total=False):
    unit: ModelCallersUnit1 | ModelCallersUnit2 | ModelCallersUnit3
    # Which requests are predictions. All others go to the primary and are not counted
    predictions: ModelCallersPredictions


class ModelCallersPredictions(TypedDict, total=False):
    """Which requests are predictions. All others go to the primary and are not counted"""

    # Default: POST
    methods: list[str]
    # Patterns of paths below /models/{model}: * within a segment, ** for any number of segments. Default: the prediction paths of Open Inference, TensorFlow Serving, MLflow and OpenAI, and any path that these keep for nothing else
    paths: list[str]


class ModelCallersUnit1(TypedDict):
    header: str


class ModelCallersUnit2(TypedDict):
    cookie: str


class ModelCallersUnit3(TypedDict):
    jsonPath: str


class _ModelDocumentsCallersAnswer(TypedDict):
    repeatable: bool


class ModelDocumentsCallersAnswer(_ModelDocumentsCallersAnswer, total=False):
    unit: ModelDocumentsCallersAnswerUnit1 | ModelDocumentsCallersAnswerUnit2 | ModelDocumentsCallersAnswerUnit3
    # Which requests are predictions. All others go to the primary and are not counted
    predictions: ModelDocumentsCallersAnswerPredictions


class ModelDocumentsCallersAnswerPredictions(TypedDict, total=False):
    """Which requests are predictions. All others go to the primary and are not counted"""

    # Default: POST
    methods: list[str]
    # Patterns of paths below /models/{model}: * within a segment, ** for any number of segments. Default: the prediction paths of Open Inference, TensorFlow Serving, MLflow and OpenAI, and any path that these keep for nothing else
    paths: list[str]


class ModelDocumentsCallersAnswerUnit1(TypedDict):
    header: str


class ModelDocumentsCallersAnswerUnit2(TypedDict):
    cookie: str


class ModelDocumentsCallersAnswerUnit3(TypedDict):
    jsonPath: str


class ModelDocumentsEnvironmentAnswer(TypedDict, total=False):
    # Such as dev, staging or prod
    name: str
    # The model of the environment before; only artifacts that are proven there are released here
    after: str | None


class ModelDocumentsGoldenAnswer(TypedDict):
    items: list[ModelDocumentsGoldenAnswerItemsItem]


class ModelDocumentsGoldenAnswerItemsItem(TypedDict):
    name: str
    slice: str | None
    method: Literal["GET", "POST"]
    path: str
    body: Any
    expect: list[ModelDocumentsGoldenAnswerItemsItemExpectItem]


class _ModelDocumentsGoldenAnswerItemsItemExpectItem(TypedDict):
    path: str
    tolerance: float


class ModelDocumentsGoldenAnswerItemsItemExpectItem(_ModelDocumentsGoldenAnswerItemsItemExpectItem, total=False):
    equals: Any
    min: float
    max: float


class _ModelDocumentsPricesAnswer(TypedDict):
    # Of versions that cost something else, by number
    versions: dict[str, ModelDocumentsPricesAnswerVersionsValue]


class ModelDocumentsPricesAnswer(_ModelDocumentsPricesAnswer, total=False):
    # Of a million tokens that are read
    input: float
    # Of a million tokens that are made
    output: float
    # Of a million tokens from the server's prompt cache. Default: as input
    cachedInput: float


class _ModelDocumentsPricesAnswerVersionsValue(TypedDict):
    # Of a million tokens that are read
    input: float
    # Of a million tokens that are made
    output: float


class ModelDocumentsPricesAnswerVersionsValue(_ModelDocumentsPricesAnswerVersionsValue, total=False):
    # Of a million tokens from the server's prompt cache. Default: as input
    cachedInput: float


class _ModelDocumentsReplaceCallersAnswer(TypedDict):
    repeatable: bool


class ModelDocumentsReplaceCallersAnswer(_ModelDocumentsReplaceCallersAnswer, total=False):
    unit: ModelDocumentsReplaceCallersAnswerUnit1 | ModelDocumentsReplaceCallersAnswerUnit2 | ModelDocumentsReplaceCallersAnswerUnit3
    # Which requests are predictions. All others go to the primary and are not counted
    predictions: ModelDocumentsReplaceCallersAnswerPredictions


class ModelDocumentsReplaceCallersAnswerPredictions(TypedDict, total=False):
    """Which requests are predictions. All others go to the primary and are not counted"""

    # Default: POST
    methods: list[str]
    # Patterns of paths below /models/{model}: * within a segment, ** for any number of segments. Default: the prediction paths of Open Inference, TensorFlow Serving, MLflow and OpenAI, and any path that these keep for nothing else
    paths: list[str]


class ModelDocumentsReplaceCallersAnswerUnit1(TypedDict):
    header: str


class ModelDocumentsReplaceCallersAnswerUnit2(TypedDict):
    cookie: str


class ModelDocumentsReplaceCallersAnswerUnit3(TypedDict):
    jsonPath: str


class ModelDocumentsReplaceCallersBody(TypedDict, total=False):
    unit: ModelDocumentsReplaceCallersBodyUnit1 | ModelDocumentsReplaceCallersBodyUnit2 | ModelDocumentsReplaceCallersBodyUnit3
    repeatable: bool
    # Which requests are predictions. All others go to the primary and are not counted
    predictions: ModelDocumentsReplaceCallersBodyPredictions


class ModelDocumentsReplaceCallersBodyPredictions(TypedDict, total=False):
    """Which requests are predictions. All others go to the primary and are not counted"""

    # Default: POST
    methods: list[str]
    # Patterns of paths below /models/{model}: * within a segment, ** for any number of segments. Default: the prediction paths of Open Inference, TensorFlow Serving, MLflow and OpenAI, and any path that these keep for nothing else
    paths: list[str]


class ModelDocumentsReplaceCallersBodyUnit1(TypedDict):
    header: str


class ModelDocumentsReplaceCallersBodyUnit2(TypedDict):
    cookie: str


class ModelDocumentsReplaceCallersBodyUnit3(TypedDict):
    jsonPath: str


class ModelDocumentsReplaceEnvironmentAnswer(TypedDict, total=False):
    # Such as dev, staging or prod
    name: str
    # The model of the environment before; only artifacts that are proven there are released here
    after: str | None


class ModelDocumentsReplaceEnvironmentBody(TypedDict, total=False):
    # Such as dev, staging or prod
    name: str
    # The model of the environment before; only artifacts that are proven there are released here
    after: str | None


class ModelDocumentsReplaceGoldenAnswer(TypedDict):
    items: list[ModelDocumentsReplaceGoldenAnswerItemsItem]


class ModelDocumentsReplaceGoldenAnswerItemsItem(TypedDict):
    name: str
    slice: str | None
    method: Literal["GET", "POST"]
    path: str
    body: Any
    expect: list[ModelDocumentsReplaceGoldenAnswerItemsItemExpectItem]


class _ModelDocumentsReplaceGoldenAnswerItemsItemExpectItem(TypedDict):
    path: str
    tolerance: float


class ModelDocumentsReplaceGoldenAnswerItemsItemExpectItem(_ModelDocumentsReplaceGoldenAnswerItemsItemExpectItem, total=False):
    equals: Any
    min: float
    max: float


class ModelDocumentsReplaceGoldenBody(TypedDict):
    items: list[ModelDocumentsReplaceGoldenBodyItemsItem]


class _ModelDocumentsReplaceGoldenBodyItemsItem(TypedDict):
    name: str
    path: str


class ModelDocumentsReplaceGoldenBodyItemsItem(_ModelDocumentsReplaceGoldenBodyItemsItem, total=False):
    slice: str | None
    method: Literal["GET", "POST"]
    body: Any
    expect: list[ModelDocumentsReplaceGoldenBodyItemsItemExpectItem]


class _ModelDocumentsReplaceGoldenBodyItemsItemExpectItem(TypedDict):
    path: str


class ModelDocumentsReplaceGoldenBodyItemsItemExpectItem(_ModelDocumentsReplaceGoldenBodyItemsItemExpectItem, total=False):
    equals: Any
    min: float
    max: float
    tolerance: float


class _ModelDocumentsReplacePricesAnswer(TypedDict):
    # Of versions that cost something else, by number
    versions: dict[str, ModelDocumentsReplacePricesAnswerVersionsValue]


class ModelDocumentsReplacePricesAnswer(_ModelDocumentsReplacePricesAnswer, total=False):
    # Of a million tokens that are read
    input: float
    # Of a million tokens that are made
    output: float
    # Of a million tokens from the server's prompt cache. Default: as input
    cachedInput: float


class _ModelDocumentsReplacePricesAnswerVersionsValue(TypedDict):
    # Of a million tokens that are read
    input: float
    # Of a million tokens that are made
    output: float


class ModelDocumentsReplacePricesAnswerVersionsValue(_ModelDocumentsReplacePricesAnswerVersionsValue, total=False):
    # Of a million tokens from the server's prompt cache. Default: as input
    cachedInput: float


class ModelDocumentsReplacePricesBody(TypedDict, total=False):
    # Of a million tokens that are read
    input: float
    # Of a million tokens that are made
    output: float
    # Of a million tokens from the server's prompt cache. Default: as input
    cachedInput: float
    # Of versions that cost something else, by number
    versions: dict[str, ModelDocumentsReplacePricesBodyVersionsValue]


class _ModelDocumentsReplacePricesBodyVersionsValue(TypedDict):
    # Of a million tokens that are read
    input: float
    # Of a million tokens that are made
    output: float


class ModelDocumentsReplacePricesBodyVersionsValue(_ModelDocumentsReplacePricesBodyVersionsValue, total=False):
    # Of a million tokens from the server's prompt cache. Default: as input
    cachedInput: float


class ModelEnvironment(TypedDict):
    # Such as dev, staging or prod
    name: str
    # The model of the environment before; only artifacts that are proven there are released here
    after: str | None


class ModelLiveRollout(TypedDict):
    id: str
    version: int
    state: str
    queued: bool


class ModelOutputSpec(TypedDict):
    kind: str


class _ModelPrices(TypedDict):
    # Of versions that cost something else, by number
    versions: dict[str, ModelPricesVersionsValue]


class ModelPrices(_ModelPrices, total=False):
    # Of a million tokens that are read
    input: float
    # Of a million tokens that are made
    output: float
    # Of a million tokens from the server's prompt cache. Default: as input
    cachedInput: float


class _ModelPricesVersionsValue(TypedDict):
    # Of a million tokens that are read
    input: float
    # Of a million tokens that are made
    output: float


class ModelPricesVersionsValue(_ModelPricesVersionsValue, total=False):
    # Of a million tokens from the server's prompt cache. Default: as input
    cachedInput: float


class ModelRetirement(TypedDict):
    reason: str
    actor: str
    at: str
    version: int


class ModelSettings(TypedDict, total=False):
    description: str
    # Versions that MLflow clients register start their rollout at once
    autoRollout: bool
    # Setting the alias `primary` through MLflow starts a rollout; otherwise it is refused
    primaryAliasStartsRollout: bool
    # Where a version from an MLflow client will answer, as http://models.internal/{model}/{version}
    servingUrlTemplate: str | None
    # How answers are read of versions that bring no output spec, as all from MLflow's clients; null: as the primary's
    outputSpec: ModelSettingsOutputSpec1 | ModelSettingsOutputSpec2 | ModelSettingsOutputSpec3 | ModelSettingsOutputSpec4 | ModelSettingsOutputSpec5 | ModelSettingsOutputSpec6 | Any | None
    # All tags: those that are not named are removed
    tags: dict[str, str]
    # As PUT /models/{model}/policy takes it
    policy: Any
    callers: ModelSettingsCallers
    prices: ModelSettingsPrices
    # {}: none
    environment: ModelSettingsEnvironment
    golden: ModelSettingsGolden
    segments: CallerSegments


class ModelSettingsApplyBody(TypedDict):
    # By name. A model, or a part of one, that is left out stays as it is; one that is not there is made
    models: dict[str, ModelSettings]


class _ModelSettingsCallers(TypedDict):
    repeatable: bool


class ModelSettingsCallers(_ModelSettingsCallers, total=False):
    unit: ModelSettingsCallersUnit1 | ModelSettingsCallersUnit2 | ModelSettingsCallersUnit3
    # Which requests are predictions. All others go to the primary and are not counted
    predictions: ModelSettingsCallersPredictions


class ModelSettingsCallersPredictions(TypedDict, total=False):
    """Which requests are predictions. All others go to the primary and are not counted"""

    # Default: POST
    methods: list[str]
    # Patterns of paths below /models/{model}: * within a segment, ** for any number of segments. Default: the prediction paths of Open Inference, TensorFlow Serving, MLflow and OpenAI, and any path that these keep for nothing else
    paths: list[str]


class ModelSettingsCallersUnit1(TypedDict):
    header: str


class ModelSettingsCallersUnit2(TypedDict):
    cookie: str


class ModelSettingsCallersUnit3(TypedDict):
    jsonPath: str


class ModelSettingsChanges(TypedDict):
    # false: a plan
    applied: bool
    models: list[ModelSettingsChangesModelsItem]
    # Of policies that change: what would keep a gate from judging, as things are set up now
    warnings: list[ModelSettingsChangesWarningsItem]


class ModelSettingsChangesModelsItem(TypedDict):
    model: str
    isNew: bool
    # Parts that are not as they were; before is null for a new model
    changes: list[ModelSettingsChangesModelsItemChangesItem]


class ModelSettingsChangesModelsItemChangesItem(TypedDict):
    part: str
    before: Any
    after: Any


class ModelSettingsChangesWarningsItem(TypedDict):
    model: str
    code: str
    pointer: str
    detail: str


class ModelSettingsEnvironment(TypedDict, total=False):
    """{}: none"""

    # Such as dev, staging or prod
    name: str
    # The model of the environment before; only artifacts that are proven there are released here
    after: str | None


class ModelSettingsGolden(TypedDict):
    items: list[ModelSettingsGoldenItemsItem]


class ModelSettingsGoldenItemsItem(TypedDict):
    name: str
    slice: str | None
    method: Literal["GET", "POST"]
    path: str
    body: Any
    expect: list[ModelSettingsGoldenItemsItemExpectItem]


class _ModelSettingsGoldenItemsItemExpectItem(TypedDict):
    path: str
    tolerance: float


class ModelSettingsGoldenItemsItemExpectItem(_ModelSettingsGoldenItemsItemExpectItem, total=False):
    equals: Any
    min: float
    max: float


class _ModelSettingsOutputSpec1(TypedDict):
    kind: Literal["label"]
    path: str


class ModelSettingsOutputSpec1(_ModelSettingsOutputSpec1, total=False):
    confidence: str
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ModelSettingsOutputSpec2(TypedDict):
    kind: Literal["probabilities"]
    path: str


class ModelSettingsOutputSpec2(_ModelSettingsOutputSpec2, total=False):
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ModelSettingsOutputSpec3(TypedDict):
    kind: Literal["tensor"]
    path: str
    tolerance: float


class ModelSettingsOutputSpec3(_ModelSettingsOutputSpec3, total=False):
    # How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0
    relativeTolerance: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ModelSettingsOutputSpec4(TypedDict):
    kind: Literal["score"]
    path: str
    tolerance: float


class ModelSettingsOutputSpec4(_ModelSettingsOutputSpec4, total=False):
    # How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0
    relativeTolerance: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ModelSettingsOutputSpec5(TypedDict):
    kind: Literal["ranking"]
    path: str
    minCorrelation: float


class ModelSettingsOutputSpec5(_ModelSettingsOutputSpec5, total=False):
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ModelSettingsOutputSpec6(TypedDict):
    kind: Literal["text"]
    path: str
    similarity: float


class ModelSettingsOutputSpec6(_ModelSettingsOutputSpec6, total=False):
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class ModelSettingsPlanBody(TypedDict):
    # By name. A model, or a part of one, that is left out stays as it is; one that is not there is made
    models: dict[str, ModelSettings]


class _ModelSettingsPrices(TypedDict):
    # Of versions that cost something else, by number
    versions: dict[str, ModelSettingsPricesVersionsValue]


class ModelSettingsPrices(_ModelSettingsPrices, total=False):
    # Of a million tokens that are read
    input: float
    # Of a million tokens that are made
    output: float
    # Of a million tokens from the server's prompt cache. Default: as input
    cachedInput: float


class _ModelSettingsPricesVersionsValue(TypedDict):
    # Of a million tokens that are read
    input: float
    # Of a million tokens that are made
    output: float


class ModelSettingsPricesVersionsValue(_ModelSettingsPricesVersionsValue, total=False):
    # Of a million tokens from the server's prompt cache. Default: as input
    cachedInput: float


class ModelSettingsShowAnswer(TypedDict):
    models: dict[str, ModelSettings]


class _ModelsCreateBody(TypedDict):
    name: str


class ModelsCreateBody(_ModelsCreateBody, total=False):
    description: str
    tags: dict[str, str]
    policy: Any


class ModelsEditBody(TypedDict, total=False):
    name: str
    description: str
    tags: dict[str, str | None]
    # Versions that MLflow clients register start their rollout at once
    autoRollout: bool
    # Setting the alias `primary` through MLflow starts a rollout; otherwise it is refused
    primaryAliasStartsRollout: bool
    # Where a version from an MLflow client will answer, as http://models.internal/{model}/{version}
    servingUrlTemplate: str | None
    # How answers are read of versions that bring no output spec, as all from MLflow's clients; null: as the primary's
    outputSpec: ModelsEditBodyOutputSpec1 | ModelsEditBodyOutputSpec2 | ModelsEditBodyOutputSpec3 | ModelsEditBodyOutputSpec4 | ModelsEditBodyOutputSpec5 | ModelsEditBodyOutputSpec6 | Literal["open-inference", "tf-serving", "mlflow", "openai", "auto"] | None


class _ModelsEditBodyOutputSpec1(TypedDict):
    kind: Literal["label"]
    path: str


class ModelsEditBodyOutputSpec1(_ModelsEditBodyOutputSpec1, total=False):
    confidence: str
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ModelsEditBodyOutputSpec2(TypedDict):
    kind: Literal["probabilities"]
    path: str


class ModelsEditBodyOutputSpec2(_ModelsEditBodyOutputSpec2, total=False):
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ModelsEditBodyOutputSpec3(TypedDict):
    kind: Literal["tensor"]
    path: str


class ModelsEditBodyOutputSpec3(_ModelsEditBodyOutputSpec3, total=False):
    tolerance: float
    # How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0
    relativeTolerance: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ModelsEditBodyOutputSpec4(TypedDict):
    kind: Literal["score"]
    path: str


class ModelsEditBodyOutputSpec4(_ModelsEditBodyOutputSpec4, total=False):
    tolerance: float
    # How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0
    relativeTolerance: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ModelsEditBodyOutputSpec5(TypedDict):
    kind: Literal["ranking"]
    path: str


class ModelsEditBodyOutputSpec5(_ModelsEditBodyOutputSpec5, total=False):
    minCorrelation: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ModelsEditBodyOutputSpec6(TypedDict):
    kind: Literal["text"]
    path: str


class ModelsEditBodyOutputSpec6(_ModelsEditBodyOutputSpec6, total=False):
    similarity: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class ModelsListAnswer(TypedDict):
    items: list[Model]
    nextPageToken: str | None


class MovedPrimary(TypedDict):
    primary: int | None
    rollout: Rollout | None
    outcome: str


class _Plan(TypedDict):
    valid: Literal[True]
    hash: str
    # What is no mistake, and would have a release by this policy refused, or a gate of it read nothing, as things are set up now, or never by this policy
    warnings: list[PlanWarningsItem]
    plan: PlanPlan


class Plan(_Plan, total=False):
    # null: no model was named
    model: ComparedPolicy | None


class PlanPlan(TypedDict):
    steps: list[PlanPlanStepsItem]
    leastMs: float
    mostMs: float | None
    # The same in words, a line for each step
    text: list[str]


class PlanPlanStepsItem(TypedDict):
    kind: str
    title: str
    what: str
    gates: list[str]
    leastMs: float
    mostMs: float | None


class PlanWarningsItem(TypedDict):
    code: Literal["gate_unconfigured", "gate_url_refused", "gate_never_judges", "ring_not_counted", "step_too_slow", "prices_missing"]
    pointer: str
    detail: str


class PrimariesListAnswer(TypedDict):
    items: list[PrimaryTime]
    nextPageToken: str | None


class PrimaryOutage(TypedDict):
    version: int
    since: str
    # Callers get no answer, or errors only; not_ready: probes say so, and no caller has been answered since
    cause: Literal["unreachable", "failing", "not_ready"]
    # some: at another gateway callers are answered
    scope: Literal["all", "some"]
    because: str
    gateways: list[PrimaryOutageGatewaysItem]
    # When primary.unreachable was recorded; null: it may be one gateway's own trouble
    announcedAt: str | None


class PrimaryOutageGatewaysItem(TypedDict):
    gateway: str
    state: Literal["unreachable", "failing"]
    since: str
    because: str


class _PrimaryPromoteBody(TypedDict):
    version: int
    reason: str


class PrimaryPromoteBody(_PrimaryPromoteBody, total=False):
    force: bool
    # Although a freeze window is open; false: 409 frozen there. Left out, it goes through for one release more, and `outcome` says so
    overrideFreeze: bool


class PrimaryRetireBody(TypedDict):
    reason: str


class _PrimaryRollbackBody(TypedDict):
    reason: str


_PrimaryRollbackBodyKeys = TypedDict(
    "_PrimaryRollbackBodyKeys",
    {
        # The version to go back from, as you saw it: when it has left by now, nothing is done
        "from": "int",
    }, total=False,
)


class PrimaryRollbackBody(_PrimaryRollbackBody, _PrimaryRollbackBodyKeys, total=False):
    version: int | None
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool
    force: bool


class PrimaryTime(TypedDict):
    version: int
    since: str
    # null: it serves
    until: str | None
    # true: a newer one took its place; false: it was taken off; null: it serves
    wasReplaced: bool | None
    # Its bake ended well, it had none to pass, or an admin put it there
    proven: bool
    # The version whose rollback took the proof of these bytes away; null: none has
    refutedBy: int | None
    # The version that was primary next; null: none was, yet
    next: int | None
    # The rollout that made it primary, or whose end gave it its place back; null: it is not known
    rolloutId: str | None


class _PrimaryUnretireBody(TypedDict):
    reason: str


class PrimaryUnretireBody(_PrimaryUnretireBody, total=False):
    # The version that is to serve; null: the last proven one that served
    version: int | None
    force: bool


class _Problem(TypedDict):
    type: str
    title: str
    status: int
    # Stable: programs may branch on it
    code: str
    # What is wrong, and what to do
    detail: str
    errors: list[ProblemErrorsItem]


class Problem(_Problem, total=False):
    """RFC 9457"""

    instance: str


class ProblemErrorsItem(TypedDict):
    pointer: str
    detail: str


class _ReleaseGroup(TypedDict):
    id: str
    # succeeded: each version became a proven primary; rolled_back: one failed, and all went back
    state: Literal["live", "succeeded", "rolled_back"]
    # Grows with every change of state of a member
    revision: int
    reason: str
    createdAt: str
    createdBy: str
    # Each model's rollout, by the model's name
    members: list[Rollout]


class ReleaseGroup(_ReleaseGroup, total=False):
    # What would be carried out now, if an admin said it who had no hand in the versions (with overrideFreeze while a freeze window is open). Left out in lists
    legalActions: list[Literal["approve", "reject", "promote", "finish", "abort", "retry"]]


class _ReleaseGroupsAbortBody(TypedDict):
    reason: str


class ReleaseGroupsAbortBody(_ReleaseGroupsAbortBody, total=False):
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool
    # promote and finish: although a freeze window is open
    overrideFreeze: bool


class _ReleaseGroupsApproveBody(TypedDict):
    reason: str


class ReleaseGroupsApproveBody(_ReleaseGroupsApproveBody, total=False):
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool


class _ReleaseGroupsFinishBody(TypedDict):
    reason: str


class ReleaseGroupsFinishBody(_ReleaseGroupsFinishBody, total=False):
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool
    # promote and finish: although a freeze window is open
    overrideFreeze: bool


class ReleaseGroupsListAnswer(TypedDict):
    items: list[ReleaseGroup]
    nextPageToken: str | None


class _ReleaseGroupsPromoteBody(TypedDict):
    reason: str


class ReleaseGroupsPromoteBody(_ReleaseGroupsPromoteBody, total=False):
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool
    # promote and finish: although a freeze window is open
    overrideFreeze: bool


class _ReleaseGroupsRegisterBody(TypedDict):
    members: list[ReleaseGroupsRegisterBodyMembersItem]


class ReleaseGroupsRegisterBody(_ReleaseGroupsRegisterBody, total=False):
    reason: str
    # Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
    startAt: str | None


class _ReleaseGroupsRegisterBodyMembersItem(TypedDict):
    model: str


class ReleaseGroupsRegisterBodyMembersItem(_ReleaseGroupsRegisterBodyMembersItem, total=False):
    artifact: ReleaseGroupsRegisterBodyMembersItemArtifact | None
    # Copies artifact, digest and metadata of this version, as from staging to prod; what is said beside it wins. Serving URLs are not copied
    copyOf: ReleaseGroupsRegisterBodyMembersItemCopyOf | None
    # Where it answers: a list of one
    servingUrl: str | None
    # Where its replicas answer: gateways balance over them; servingUrl, where it is there too, is the first
    servingUrls: list[str] | None
    # Where the model server says that it is ready (any 2xx). Default: the usual paths of model servers; `none`: any answer below 500
    healthPath: str | None
    description: str
    tags: dict[str, str]
    metrics: dict[str, float]
    source: dict[str, str]
    dataset: dict[str, str]
    signature: Any
    # Left out: the primary's. A name, such as `open-inference`, stands for its protocol's
    outputSpec: ReleaseGroupsRegisterBodyMembersItemOutputSpec1 | ReleaseGroupsRegisterBodyMembersItemOutputSpec2 | ReleaseGroupsRegisterBodyMembersItemOutputSpec3 | ReleaseGroupsRegisterBodyMembersItemOutputSpec4 | ReleaseGroupsRegisterBodyMembersItemOutputSpec5 | ReleaseGroupsRegisterBodyMembersItemOutputSpec6 | Literal["open-inference", "tf-serving", "mlflow", "openai", "auto"] | None
    baseline: ReleaseGroupsRegisterBodyMembersItemBaseline | None
    upstreams: list[ReleaseGroupsRegisterBodyMembersItemUpstreamsItem]
    # The model card, in Markdown
    card: str
    # Its own policy, which may only tighten its model's
    policy: Any


class _ReleaseGroupsRegisterBodyMembersItemArtifact(TypedDict):
    digest: str


class ReleaseGroupsRegisterBodyMembersItemArtifact(_ReleaseGroupsRegisterBodyMembersItemArtifact, total=False):
    uri: str
    # Of an uploaded artifact
    fileName: str


class ReleaseGroupsRegisterBodyMembersItemBaseline(TypedDict, total=False):
    features: dict[str, ReleaseGroupsRegisterBodyMembersItemBaselineFeaturesValue]
    output: ReleaseGroupsRegisterBodyMembersItemBaselineOutput
    confidence: ReleaseGroupsRegisterBodyMembersItemBaselineConfidence


class _ReleaseGroupsRegisterBodyMembersItemBaselineConfidence(TypedDict):
    categories: dict[str, float]


class ReleaseGroupsRegisterBodyMembersItemBaselineConfidence(_ReleaseGroupsRegisterBodyMembersItemBaselineConfidence, total=False):
    missing: float


class ReleaseGroupsRegisterBodyMembersItemBaselineFeaturesValue(TypedDict):
    path: str


class _ReleaseGroupsRegisterBodyMembersItemBaselineOutput(TypedDict):
    categories: dict[str, float]


class ReleaseGroupsRegisterBodyMembersItemBaselineOutput(_ReleaseGroupsRegisterBodyMembersItemBaselineOutput, total=False):
    missing: float


class ReleaseGroupsRegisterBodyMembersItemCopyOf(TypedDict):
    """Copies artifact, digest and metadata of this version, as from staging to prod; what is said beside it wins. Serving URLs are not copied"""

    model: str
    version: int


class _ReleaseGroupsRegisterBodyMembersItemOutputSpec1(TypedDict):
    kind: Literal["label"]
    path: str


class ReleaseGroupsRegisterBodyMembersItemOutputSpec1(_ReleaseGroupsRegisterBodyMembersItemOutputSpec1, total=False):
    confidence: str
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ReleaseGroupsRegisterBodyMembersItemOutputSpec2(TypedDict):
    kind: Literal["probabilities"]
    path: str


class ReleaseGroupsRegisterBodyMembersItemOutputSpec2(_ReleaseGroupsRegisterBodyMembersItemOutputSpec2, total=False):
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ReleaseGroupsRegisterBodyMembersItemOutputSpec3(TypedDict):
    kind: Literal["tensor"]
    path: str


class ReleaseGroupsRegisterBodyMembersItemOutputSpec3(_ReleaseGroupsRegisterBodyMembersItemOutputSpec3, total=False):
    tolerance: float
    # How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0
    relativeTolerance: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ReleaseGroupsRegisterBodyMembersItemOutputSpec4(TypedDict):
    kind: Literal["score"]
    path: str


class ReleaseGroupsRegisterBodyMembersItemOutputSpec4(_ReleaseGroupsRegisterBodyMembersItemOutputSpec4, total=False):
    tolerance: float
    # How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0
    relativeTolerance: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ReleaseGroupsRegisterBodyMembersItemOutputSpec5(TypedDict):
    kind: Literal["ranking"]
    path: str


class ReleaseGroupsRegisterBodyMembersItemOutputSpec5(_ReleaseGroupsRegisterBodyMembersItemOutputSpec5, total=False):
    minCorrelation: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _ReleaseGroupsRegisterBodyMembersItemOutputSpec6(TypedDict):
    kind: Literal["text"]
    path: str


class ReleaseGroupsRegisterBodyMembersItemOutputSpec6(_ReleaseGroupsRegisterBodyMembersItemOutputSpec6, total=False):
    similarity: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class ReleaseGroupsRegisterBodyMembersItemUpstreamsItem(TypedDict):
    model: str
    version: int


class _ReleaseGroupsRejectBody(TypedDict):
    reason: str


class ReleaseGroupsRejectBody(_ReleaseGroupsRejectBody, total=False):
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool


class _ReleaseGroupsRetryBody(TypedDict):
    reason: str


class ReleaseGroupsRetryBody(_ReleaseGroupsRetryBody, total=False):
    # As a hot fix: freeze windows do not hold it
    overrideFreeze: bool
    # Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
    startAt: str | None


class _ReleaseGroupsStartBody(TypedDict):
    members: list[ReleaseGroupsStartBodyMembersItem]


class ReleaseGroupsStartBody(_ReleaseGroupsStartBody, total=False):
    reason: str
    # A hot fix. Needs a reason, and the scope operate
    overrideFreeze: bool
    # Although an artifact is not proven in the environment before. Needs a reason, and the scope admin
    overrideEnvironment: bool
    # Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
    startAt: str | None


class _ReleaseGroupsStartBodyMembersItem(TypedDict):
    model: str
    version: int


class ReleaseGroupsStartBodyMembersItem(_ReleaseGroupsStartBodyMembersItem, total=False):
    # Its own policy, which may only tighten its model's
    policy: Any


class Replay(TypedDict):
    rolloutId: str
    policy: Literal["its own", "another"]
    same: bool
    looks: list[ReplayLooksItem]
    firstDifference: ReplayFirstDifference | None


class ReplayFirstDifference(TypedDict):
    # Milliseconds since 1970
    at: float
    stepIndex: int
    recorded: ReplayFirstDifferenceRecorded
    replayed: ReplayFirstDifferenceReplayed
    verdicts: list[GateVerdict]
    same: bool


class ReplayFirstDifferenceRecorded(TypedDict):
    kind: Literal["hold", "advance", "promote", "rollback", "pause"]
    because: str


class ReplayFirstDifferenceReplayed(TypedDict):
    kind: Literal["hold", "advance", "promote", "rollback", "pause"]
    because: str


class ReplayLooksItem(TypedDict):
    # Milliseconds since 1970
    at: float
    stepIndex: int
    recorded: ReplayLooksItemRecorded
    replayed: ReplayLooksItemReplayed
    verdicts: list[GateVerdict]
    same: bool


class ReplayLooksItemRecorded(TypedDict):
    kind: Literal["hold", "advance", "promote", "rollback", "pause"]
    because: str


class ReplayLooksItemReplayed(TypedDict):
    kind: Literal["hold", "advance", "promote", "rollback", "pause"]
    because: str


class ResolvedVersion(TypedDict):
    model: str
    unit: str
    arm: Literal["primary", "candidate"]
    version: int
    url: str
    # Rings of the present rollout that it is in
    segments: list[str]
    # It is in its arm by lot, and counts as evidence
    judged: bool
    artifact: ResolvedVersionArtifact | None
    revision: int


class ResolvedVersionArtifact(TypedDict):
    uri: str
    digest: str


class RetiredModel(TypedDict):
    model: Model
    # Rollouts that ended by it
    ended: list[str]
    outcome: str


_RolloutKeys = TypedDict(
    "_RolloutKeys",
    {
        # The primary when it started
        "from": "int | None",
    },
)


class _Rollout(_RolloutKeys):
    id: str
    model: str
    version: int
    intent: Literal["release", "rollback"]
    state: Literal["pending", "running", "paused", "awaiting_approval", "baking", "succeeded", "rolled_back", "aborted", "superseded"]
    step: RolloutStep | None
    checks: list[CheckResult] | None
    approvals: list[RolloutApprovalsItem]
    # The version's error budget: it is not given anew to each try
    errorBudget: RolloutErrorBudget
    # What would be carried out now, if an admin said it who had no hand in the version (with overrideFreeze while a freeze window is open). In lists: by the rollout alone, whatever its model, its environment and its server say
    legalActions: list[Literal["pause", "resume", "approve", "reject", "skip", "promote", "abort", "retry"]]
    # What is wrong with the evidence itself, in spite of which a person has resumed it in this step, or has made the version primary
    acceptedFaults: list[str]
    overridesFreeze: bool
    # An admin released it though its artifact was not proven in the environment before
    overridesEnvironment: bool
    # It waits for its start, or for the rollout before it
    queued: bool
    # Not before this time; null: as soon as it can
    startAt: str | None
    # The release group whose members become primary together with it; null: it goes by itself
    groupId: str | None
    revision: int
    policy: Any
    policyHash: str
    verdicts: list[GateVerdict]
    # The last one; `waitingFor` says how it stands now
    decision: RolloutDecision | None
    # Why nothing moves, in one sentence, as the rollout stands in this answer, also in that to a command; asked for by itself, with how long it still takes, and who paused it
    waitingFor: str | None
    reason: str
    createdAt: str
    createdBy: str
    endedAt: str | None


class Rollout(_Rollout, total=False):
    # Who gets what by the route that is published; null: the route is none of this rollout. Left out in lists
    traffic: RolloutTraffic | None


class _RolloutApprovalsItem(TypedDict):
    step: int
    version: int
    by: str
    reason: str
    at: str


class RolloutApprovalsItem(_RolloutApprovalsItem, total=False):
    digest: str | None
    policyHash: str


class _RolloutDecision(TypedDict):
    kind: Literal["hold", "advance", "promote", "rollback", "pause"]
    because: str
    at: str


class RolloutDecision(_RolloutDecision, total=False):
    # Of the rollout, that it was made at. A lower one than `revision`: it has moved since
    revision: int


class RolloutErrorBudget(TypedDict):
    """The version's error budget: it is not given anew to each try"""

    # Which try of its artifact; null: of before tries were counted
    attempt: int | None
    # What this try may spend: good versions that it rolls back
    alpha: float
    # What a gate of this try may spend: bad versions that it takes for proven
    beta: float
    # What of the policy's alpha earlier tries could spend
    spentBefore: float


class RolloutStep(TypedDict):
    index: int
    kind: str
    # Basis points: 1 is 0.01 %. Of everybody, or of the members of the segments
    weight: int | None
    # Of a ring: only their members get the candidate
    segments: list[str] | None
    startedAt: str | None
    clockStoppedAt: str | None


class RolloutTraffic(TypedDict):
    # Serves everybody else
    primary: int
    candidate: RolloutTrafficCandidate | None


class RolloutTrafficCandidate(TypedDict):
    version: int
    mode: Literal["shadow", "canary"]
    # Basis points: of all units (canary), or of the requests that are copied (shadow)
    weight: int
    # It is the version before, for units that are held back while the new one bakes
    heldBack: bool
    # Whose members get it, whatever the weight; basis points of them
    segments: list[RolloutTrafficCandidateSegmentsItem]


class RolloutTrafficCandidateSegmentsItem(TypedDict):
    segment: str
    weight: int


class _RolloutsAbortBody(TypedDict):
    reason: str


class RolloutsAbortBody(_RolloutsAbortBody, total=False):
    # The step that you saw; 409 step_moved when it is another by now
    step: int
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool
    # skip and promote: although a freeze window is open; retry: as a hot fix
    overrideFreeze: bool
    # Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
    startAt: str | None


class _RolloutsApproveBody(TypedDict):
    reason: str


class RolloutsApproveBody(_RolloutsApproveBody, total=False):
    # The step that you saw; 409 step_moved when it is another by now
    step: int
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool
    digest: str | None
    policyHash: str


class RolloutsDistributionsAnswer(TypedDict):
    items: list[RolloutsDistributionsAnswerItemsItem]


class RolloutsDistributionsAnswerItemsItem(TypedDict):
    step: int
    name: str
    candidate: dict[str, float]
    primary: dict[str, float]
    baseline: dict[str, float] | None
    candidateToPrimary: RolloutsDistributionsAnswerItemsItemCandidateToPrimary | None
    candidateToBaseline: RolloutsDistributionsAnswerItemsItemCandidateToBaseline | None
    primaryToBaseline: RolloutsDistributionsAnswerItemsItemPrimaryToBaseline | None


class RolloutsDistributionsAnswerItemsItemCandidateToBaseline(TypedDict):
    stabilityIndex: float
    jensenShannon: float
    chiSquare: dict[str, Any]


class RolloutsDistributionsAnswerItemsItemCandidateToPrimary(TypedDict):
    stabilityIndex: float
    jensenShannon: float
    chiSquare: dict[str, Any]


class RolloutsDistributionsAnswerItemsItemPrimaryToBaseline(TypedDict):
    stabilityIndex: float
    jensenShannon: float
    chiSquare: dict[str, Any]


class RolloutsEventsAnswer(TypedDict):
    items: list[Event]
    # Files that have events of this time which are in the database no more, newest first; at most 100
    detached: list[EventExport]


class RolloutsEvidenceAnswer(TypedDict):
    items: list[RolloutsEvidenceAnswerItemsItem]


class RolloutsEvidenceAnswerItemsItem(TypedDict):
    step: int
    primary: Tally
    candidate: Tally
    shadow: Tally
    segments: list[RolloutsEvidenceAnswerItemsItemSegmentsItem]
    # What of the above was counted in the start of the step; gates leave out what is before their startPeriod
    startPeriods: list[RolloutsEvidenceAnswerItemsItemStartPeriodsItem]


class RolloutsEvidenceAnswerItemsItemSegmentsItem(TypedDict):
    segment: str
    primary: Tally
    candidate: Tally
    shadow: Tally


class RolloutsEvidenceAnswerItemsItemStartPeriodsItem(TypedDict):
    # From when on, in ms of the step's clock
    sinceMs: int
    # The candidate's process was just started when the step began
    cold: bool
    primary: Tally
    candidate: Tally
    shadow: Tally


class RolloutsListAllAnswer(TypedDict):
    items: list[Rollout]
    nextPageToken: str | None


class RolloutsListAnswer(TypedDict):
    items: list[Rollout]
    nextPageToken: str | None


class _RolloutsPauseBody(TypedDict):
    reason: str


class RolloutsPauseBody(_RolloutsPauseBody, total=False):
    # The step that you saw; 409 step_moved when it is another by now
    step: int
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool
    # skip and promote: although a freeze window is open; retry: as a hot fix
    overrideFreeze: bool
    # Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
    startAt: str | None


class _RolloutsPromoteBody(TypedDict):
    reason: str


class RolloutsPromoteBody(_RolloutsPromoteBody, total=False):
    # The step that you saw; 409 step_moved when it is another by now
    step: int
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool
    # skip and promote: although a freeze window is open; retry: as a hot fix
    overrideFreeze: bool
    # Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
    startAt: str | None


class _RolloutsRejectBody(TypedDict):
    reason: str


class RolloutsRejectBody(_RolloutsRejectBody, total=False):
    # The step that you saw; 409 step_moved when it is another by now
    step: int
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool
    digest: str | None
    policyHash: str


class RolloutsReplayBody(TypedDict, total=False):
    policy: Any


class _RolloutsResumeBody(TypedDict):
    reason: str


class RolloutsResumeBody(_RolloutsResumeBody, total=False):
    # The step that you saw; 409 step_moved when it is another by now
    step: int
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool
    # skip and promote: although a freeze window is open; retry: as a hot fix
    overrideFreeze: bool
    # Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
    startAt: str | None


class _RolloutsRetryBody(TypedDict):
    reason: str


class RolloutsRetryBody(_RolloutsRetryBody, total=False):
    # The step that you saw; 409 step_moved when it is another by now
    step: int
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool
    # skip and promote: although a freeze window is open; retry: as a hot fix
    overrideFreeze: bool
    # Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
    startAt: str | None


class RolloutsSamplesAnswer(TypedDict):
    items: list[RolloutsSamplesAnswerItemsItem]


class RolloutsSamplesAnswerItemsItem(TypedDict):
    revision: int
    requestId: str
    request: str
    primary: RolloutsSamplesAnswerItemsItemPrimary
    candidate: RolloutsSamplesAnswerItemsItemCandidate
    badness: float


class RolloutsSamplesAnswerItemsItemCandidate(TypedDict):
    status: int
    body: str


class RolloutsSamplesAnswerItemsItemPrimary(TypedDict):
    status: int
    body: str


class _RolloutsSkipBody(TypedDict):
    reason: str


class RolloutsSkipBody(_RolloutsSkipBody, total=False):
    # The step that you saw; 409 step_moved when it is another by now
    step: int
    # The rule of ten seconds for repeats holds although a precondition is sent: for a client that has looked by itself a moment ago
    unlessRepeated: bool
    # skip and promote: although a freeze window is open; retry: as a hot fix
    overrideFreeze: bool
    # Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
    startAt: str | None


class _RolloutsStartBody(TypedDict):
    version: int


class RolloutsStartBody(_RolloutsStartBody, total=False):
    policy: Any
    reason: str
    # A hot fix: freeze windows do not hold it. Needs a reason, and the scope operate
    overrideFreeze: bool
    # Although the artifact is not proven in the environment before. Needs a reason, and the scope admin
    overrideEnvironment: bool
    # Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
    startAt: str | None


class _Route(TypedDict):
    model: str
    primary: RoutePrimary
    candidate: RouteCandidate | None
    salt: str
    revision: int


class Route(_Route, total=False):
    # Callers get 410 with the reason; `primary` is the version that served last
    retired: RouteRetired


class _RouteCandidate(TypedDict):
    version: int
    url: str
    mode: Literal["shadow", "canary"]
    # Basis points: 1 is 0.01 %
    weight: int


class RouteCandidate(_RouteCandidate, total=False):
    # The version before, for units at the top of the wheel
    heldBack: bool
    # Segments that get the candidate before everybody does, as they were when their step began
    rings: list[RouteCandidateRingsItem]


class RouteCandidateRingsItem(TypedDict):
    segment: str
    # Of its units: those below this place of the wheel have the version on trial
    share: int
    # It is on trial in the present step
    judged: bool


class RoutePrimary(TypedDict):
    version: int
    url: str


class RouteRetired(TypedDict):
    """Callers get 410 with the reason; `primary` is the version that served last"""

    reason: str
    since: str


class SharedRolloutsShareAnswer(TypedDict):
    # Of the page; chats show its picture
    url: str
    # Of the picture alone, a PNG of 1200 × 630
    image: str
    expiresAt: str


class SharedRolloutsShareBody(TypedDict, total=False):
    # How long the link opens the page: 1m to 30d
    expiresIn: str


class Subscription(TypedDict):
    id: str
    name: str
    # What may be a key is left out (`…`): the values of its query, and what of its path is no word; of the format `slack` the whole path. Sent back by PATCH as it is shown, it stays
    url: str
    events: list[str]
    models: list[str] | None
    format: Literal["cloudevents", "slack"]
    state: Literal["active", "disabled"]
    because: str
    failingSince: str | None
    createdBy: str


class SubscriptionsCreateAnswer(TypedDict):
    id: str
    name: str
    # What may be a key is left out (`…`): the values of its query, and what of its path is no word; of the format `slack` the whole path. Sent back by PATCH as it is shown, it stays
    url: str
    events: list[str]
    models: list[str] | None
    format: Literal["cloudevents", "slack"]
    state: Literal["active", "disabled"]
    because: str
    failingSince: str | None
    createdBy: str
    secret: str


class _SubscriptionsCreateBody(TypedDict):
    name: str
    url: str


class SubscriptionsCreateBody(_SubscriptionsCreateBody, total=False):
    # Left out: rollout.*, version.*, alias.*, gate.*, subscription.*; for Slack what people act on: rollout.created, rollout.advanced, rollout.paused, rollout.traffic_paused, rollout.not_started, rollout.promoted, rollout.rolled_back, rollout.aborted, subscription.*
    events: list[str]
    models: list[str] | None
    format: Literal["cloudevents", "slack"]
    secret: str


class SubscriptionsDeliveriesAnswer(TypedDict):
    items: list[Delivery]
    nextPageToken: str | None


class SubscriptionsEditBody(TypedDict, total=False):
    name: str
    url: str
    events: list[str]
    models: list[str] | None
    state: Literal["active", "disabled"]


class SubscriptionsListAnswer(TypedDict):
    items: list[Subscription]


class SubscriptionsReplayAllAnswer(TypedDict):
    replayed: int


class SubscriptionsReplayOneAnswer(TypedDict):
    replayed: int


class SubscriptionsRotateAnswer(TypedDict):
    secret: str
    oldUntil: str


class SubscriptionsRotateBody(TypedDict, total=False):
    overlap: str


class Tally(TypedDict):
    requests: float
    errors: float
    compared: float
    agreed: float
    dropped: float
    # Errors by reason: 4xx, 5xx, overload, timeout, unreachable, malformed, unreadable, abandoned, cut_off, error_event, empty
    failures: dict[str, float]
    # Candidate: its requests that the primary answered, by reason. over_limit, too_large, no_memory and tripped are in no arm
    replaced: dict[str, float]
    # Answers that were not read for gates, by reason
    notRead: dict[str, float]
    latencyMs: TallyLatencyMs
    # Of streams: from the request to the first event; null: there were none
    ttftMs: TallyTtftMs
    # Of streams: the mean time from one event to the next
    interTokenMs: TallyInterTokenMs
    # Of language models, where a gate asks for it; null: no answer has said it
    usage: TallyUsage
    # Shadow: pairs of texts by what the pairwise judge made of them: win, tie, loss (of the candidate), failed, over_budget
    judged: dict[str, float]
    # Shadow: pairs that the judge was asked about in vain, by reason
    judgeFailures: dict[str, float]
    # Shadow: pairs of texts by what became of them: compared, shortened (compared by beginning and end), identical, both_empty, one_empty, failed, over_budget
    embedded: dict[str, float]
    # Shadow: times that a pair came to nothing at the embeddings endpoint, by reason
    embeddingFailures: dict[str, float]
    # Shadow: mean distance of the embeddings of the two texts, 0 to 2; null: no pair has one
    embeddingDistanceMean: float | None


class TallyInterTokenMs(TypedDict):
    """Of streams: the mean time from one event to the next"""

    p50: float | None
    p95: float | None
    p99: float | None


class TallyLatencyMs(TypedDict):
    p50: float | None
    p95: float | None
    p99: float | None


class TallyTtftMs(TypedDict):
    """Of streams: from the request to the first event; null: there were none"""

    p50: float | None
    p95: float | None
    p99: float | None


class TallyUsage(TypedDict):
    """Of language models, where a gate asks for it; null: no answer has said it"""

    inputTokensMean: float | None
    outputTokensMean: float | None
    totalTokensMean: float | None
    # Of streams: tokens after the first event by the seconds until the last
    outputTokensPerSecond: float | None
    # Of an answer, in the currency of the model's prices
    costMean: float | None
    # Share of the answers whose cost is not known: they do not say their tokens, or are longer than gateways read
    unpriced: float | None


class TokensCreateAnswer(TypedDict):
    id: str
    name: str
    scopes: list[Literal["read", "publish", "operate", "approve", "admin", "gateway", "feedback"]]
    models: list[str] | None
    owner: str | None
    expiresAt: str | None
    token: str


class _TokensCreateBody(TypedDict):
    name: str


class TokensCreateBody(_TokensCreateBody, total=False):
    scopes: list[Literal["read", "publish", "operate", "approve", "admin", "gateway", "feedback"]]
    role: Literal["viewer", "publisher", "operator", "approver", "admin"]
    models: list[str] | None
    owner: str | None
    expiresAt: str | None


class TokensListAnswer(TypedDict):
    items: list[TokensListAnswerItemsItem]


class TokensListAnswerItemsItem(TypedDict):
    id: str
    name: str
    scopes: list[Literal["read", "publish", "operate", "approve", "admin", "gateway", "feedback"]]
    models: list[str] | None
    owner: str | None
    expiresAt: str | None
    lastUsedAt: str | None


class TokensRotateAnswer(TypedDict):
    id: str
    name: str
    scopes: list[Literal["read", "publish", "operate", "approve", "admin", "gateway", "feedback"]]
    models: list[str] | None
    owner: str | None
    expiresAt: str | None
    token: str
    oldExpiresAt: str


class TokensRotateBody(TypedDict, total=False):
    overlap: str


class VersionArtifact(TypedDict):
    uri: str
    digest: str


class VersionDeployment(TypedDict):
    state: Literal["starting", "ready", "not_ready", "failed", "retired"]
    because: str
    since: str | None


class VersionFactsAddMetricsAnswer(TypedDict):
    model: str
    version: int
    metrics: dict[str, float]


class VersionFactsAddMetricsBody(TypedDict, total=False):
    metrics: dict[str, float]
    step: int
    timestamp: str
    points: list[VersionFactsAddMetricsBodyPointsItem]


class _VersionFactsAddMetricsBodyPointsItem(TypedDict):
    metric: str
    value: float


class VersionFactsAddMetricsBodyPointsItem(_VersionFactsAddMetricsBodyPointsItem, total=False):
    step: int
    timestamp: str


class VersionFactsSeriesAnswer(TypedDict):
    items: list[VersionFactsSeriesAnswerItemsItem]
    nextPageToken: str | None


class VersionFactsSeriesAnswerItemsItem(TypedDict):
    metric: str
    step: int
    value: float
    timestamp: str


class VersionOutputSpec(TypedDict):
    kind: str


class VersionUpstreamsItem(TypedDict):
    model: str
    version: int


class VersionsEditBody(TypedDict, total=False):
    description: str
    tags: dict[str, str | None]
    # Corrects it: an operator, with a `reason`, while no rollout of the model runs
    outputSpec: VersionsEditBodyOutputSpec1 | VersionsEditBodyOutputSpec2 | VersionsEditBodyOutputSpec3 | VersionsEditBodyOutputSpec4 | VersionsEditBodyOutputSpec5 | VersionsEditBodyOutputSpec6 | Literal["open-inference", "tf-serving", "mlflow", "openai", "auto"] | None
    # Where it answers: a list of one
    servingUrl: str | None
    # Where its replicas answer
    servingUrls: list[str] | None
    # Where the model server says that it is ready (any 2xx). Default: the usual paths of model servers; `none`: any answer below 500
    healthPath: str | None
    reason: str


class _VersionsEditBodyOutputSpec1(TypedDict):
    kind: Literal["label"]
    path: str


class VersionsEditBodyOutputSpec1(_VersionsEditBodyOutputSpec1, total=False):
    confidence: str
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _VersionsEditBodyOutputSpec2(TypedDict):
    kind: Literal["probabilities"]
    path: str


class VersionsEditBodyOutputSpec2(_VersionsEditBodyOutputSpec2, total=False):
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _VersionsEditBodyOutputSpec3(TypedDict):
    kind: Literal["tensor"]
    path: str


class VersionsEditBodyOutputSpec3(_VersionsEditBodyOutputSpec3, total=False):
    tolerance: float
    # How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0
    relativeTolerance: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _VersionsEditBodyOutputSpec4(TypedDict):
    kind: Literal["score"]
    path: str


class VersionsEditBodyOutputSpec4(_VersionsEditBodyOutputSpec4, total=False):
    tolerance: float
    # How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0
    relativeTolerance: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _VersionsEditBodyOutputSpec5(TypedDict):
    kind: Literal["ranking"]
    path: str


class VersionsEditBodyOutputSpec5(_VersionsEditBodyOutputSpec5, total=False):
    minCorrelation: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _VersionsEditBodyOutputSpec6(TypedDict):
    kind: Literal["text"]
    path: str


class VersionsEditBodyOutputSpec6(_VersionsEditBodyOutputSpec6, total=False):
    similarity: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class VersionsListAnswer(TypedDict):
    items: list[Version]
    nextPageToken: str | None


class VersionsRegisterAnswer(Version):
    rollout: Rollout | None
    # What is no mistake for certain: an output spec that was not tried, or reads some answers only
    warnings: list[VersionsRegisterAnswerWarningsItem]


class VersionsRegisterAnswerWarningsItem(TypedDict):
    code: str
    detail: str


class VersionsRegisterBody(TypedDict, total=False):
    artifact: VersionsRegisterBodyArtifact | None
    # Copies artifact, digest and metadata of this version, as from staging to prod; what is said beside it wins. Serving URLs are not copied
    copyOf: VersionsRegisterBodyCopyOf | None
    # Where it answers: a list of one
    servingUrl: str | None
    # Where its replicas answer: gateways balance over them; servingUrl, where it is there too, is the first
    servingUrls: list[str] | None
    # Where the model server says that it is ready (any 2xx). Default: the usual paths of model servers; `none`: any answer below 500
    healthPath: str | None
    description: str
    tags: dict[str, str]
    metrics: dict[str, float]
    source: dict[str, str]
    dataset: dict[str, str]
    signature: Any
    # Left out: the primary's. A name, such as `open-inference`, stands for its protocol's
    outputSpec: VersionsRegisterBodyOutputSpec1 | VersionsRegisterBodyOutputSpec2 | VersionsRegisterBodyOutputSpec3 | VersionsRegisterBodyOutputSpec4 | VersionsRegisterBodyOutputSpec5 | VersionsRegisterBodyOutputSpec6 | Literal["open-inference", "tf-serving", "mlflow", "openai", "auto"] | None
    baseline: VersionsRegisterBodyBaseline | None
    upstreams: list[VersionsRegisterBodyUpstreamsItem]
    # The model card, in Markdown
    card: str
    createModel: bool
    rollout: bool | VersionsRegisterBodyRollout


class _VersionsRegisterBodyArtifact(TypedDict):
    digest: str


class VersionsRegisterBodyArtifact(_VersionsRegisterBodyArtifact, total=False):
    uri: str
    # Of an uploaded artifact
    fileName: str


class VersionsRegisterBodyBaseline(TypedDict, total=False):
    features: dict[str, VersionsRegisterBodyBaselineFeaturesValue]
    output: VersionsRegisterBodyBaselineOutput
    confidence: VersionsRegisterBodyBaselineConfidence


class _VersionsRegisterBodyBaselineConfidence(TypedDict):
    categories: dict[str, float]


class VersionsRegisterBodyBaselineConfidence(_VersionsRegisterBodyBaselineConfidence, total=False):
    missing: float


class VersionsRegisterBodyBaselineFeaturesValue(TypedDict):
    path: str


class _VersionsRegisterBodyBaselineOutput(TypedDict):
    categories: dict[str, float]


class VersionsRegisterBodyBaselineOutput(_VersionsRegisterBodyBaselineOutput, total=False):
    missing: float


class VersionsRegisterBodyCopyOf(TypedDict):
    """Copies artifact, digest and metadata of this version, as from staging to prod; what is said beside it wins. Serving URLs are not copied"""

    model: str
    version: int


class _VersionsRegisterBodyOutputSpec1(TypedDict):
    kind: Literal["label"]
    path: str


class VersionsRegisterBodyOutputSpec1(_VersionsRegisterBodyOutputSpec1, total=False):
    confidence: str
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _VersionsRegisterBodyOutputSpec2(TypedDict):
    kind: Literal["probabilities"]
    path: str


class VersionsRegisterBodyOutputSpec2(_VersionsRegisterBodyOutputSpec2, total=False):
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _VersionsRegisterBodyOutputSpec3(TypedDict):
    kind: Literal["tensor"]
    path: str


class VersionsRegisterBodyOutputSpec3(_VersionsRegisterBodyOutputSpec3, total=False):
    tolerance: float
    # How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0
    relativeTolerance: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _VersionsRegisterBodyOutputSpec4(TypedDict):
    kind: Literal["score"]
    path: str


class VersionsRegisterBodyOutputSpec4(_VersionsRegisterBodyOutputSpec4, total=False):
    tolerance: float
    # How far a number may be from the primary's, as a share of it; the larger of this and tolerance counts; left out: 0
    relativeTolerance: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _VersionsRegisterBodyOutputSpec5(TypedDict):
    kind: Literal["ranking"]
    path: str


class VersionsRegisterBodyOutputSpec5(_VersionsRegisterBodyOutputSpec5, total=False):
    minCorrelation: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class _VersionsRegisterBodyOutputSpec6(TypedDict):
    kind: Literal["text"]
    path: str


class VersionsRegisterBodyOutputSpec6(_VersionsRegisterBodyOutputSpec6, total=False):
    similarity: float
    # Of a batch: which share of its instances must agree for the request to agree; left out: a request counts by the share that agrees
    agreeing: float


class VersionsRegisterBodyRollout(TypedDict, total=False):
    policy: Any
    # Not before this time (RFC 3339 with its zone, at most 90 days ahead); null, or a time that has passed: now
    startAt: str | None


class VersionsRegisterBodyUpstreamsItem(TypedDict):
    model: str
    version: int


class WebhookSourcesCreateAnswer(TypedDict):
    name: str
    kind: Literal["github", "gitlab", "standard", "github-oidc"]
    models: list[str]
    repository: str | None
    url: str
    secret: str


class _WebhookSourcesCreateBody(TypedDict):
    name: str
    kind: Literal["github", "gitlab", "standard", "github-oidc"]
    models: list[str]


class WebhookSourcesCreateBody(_WebhookSourcesCreateBody, total=False):
    repository: str | None
    secret: str
    events: list[str]
    repositoryIds: list[int | str]
    ownerIds: list[int | str]
    branches: list[str]
    tags: list[str]
    workflows: list[str]
    jobWorkflowRefs: list[str]
    environments: list[str]
    issuer: str
    jwksUrl: str
    audience: str
    verification: Literal["signature", "token"]
    manifest: WebhookSourcesCreateBodyManifest1 | WebhookSourcesCreateBodyManifest2 | WebhookSourcesCreateBodyManifest3


class WebhookSourcesCreateBodyManifest1(TypedDict):
    pointer: str


class WebhookSourcesCreateBodyManifest2(TypedDict):
    template: dict[str, Any]


class _WebhookSourcesCreateBodyManifest3(TypedDict):
    url: str


class WebhookSourcesCreateBodyManifest3(_WebhookSourcesCreateBodyManifest3, total=False):
    token: str


class WebhookSourcesListAnswer(TypedDict):
    items: list[WebhookSourcesListAnswerItemsItem]


class WebhookSourcesListAnswerItemsItem(TypedDict):
    name: str
    kind: Literal["github", "gitlab", "standard", "github-oidc"]
    models: list[str]
    repository: str | None
    url: str

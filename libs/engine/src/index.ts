export {
  ALIVE,
  NO_HEALTH_PATH,
  readAnswer,
  readAnyAnswer,
  readyPathsOf,
  takesCallers,
  unreachable,
  type PathAnswer,
  type Readiness,
  type ReadyPath,
} from '#libs/traffic';
export * from './evidence/abilities.ts';
export { fewUnitsWarnings } from './evidence/few-units.ts';
export { trafficSeen } from './evidence/traffic-seen.ts';
export * from './ports/stores/ability-store.ts';
export * from './access/access.ts';
export { applySettings } from './settings/apply/apply-settings.ts';
export type { AskedSettings } from './settings/apply/asked-settings.ts';
export * from './settings/policy-hash.ts';
export * from './settings/new-or-kept-policy.ts';
export * from './rollouts/approvals.ts';
export * from './retention/forget-old.ts';
export * from './retention/growth.ts';
export * from './retention/orphaned-artifacts.ts';
export * from './retention/retention.ts';
export * from './ports/sessions.ts';
export * from './subscriptions/manage-subscriptions.ts';
export * from './ports/subscriptions.ts';
export * from './subscriptions/event-message.ts';
export { isWebhookSecret } from './subscriptions/webhook-signatures.ts';
export * from './subscriptions/deliver-events.ts';
export * from './access/manage-tokens.ts';
export * from './rollouts/act-on-rollout.ts';
export * from './registry/add-metrics.ts';
export * from './registry/aliases.ts';
export { applyDecision } from './evaluation/apply-decision.ts';
export type { Verdict } from './evaluation/verdict.ts';
export * from './audit/audit.ts';
export * from './access/authority.ts';
export * from './ports/baseline.ts';
export * from './settings/caller-segments.ts';
export * from './access/ci-ref.ts';
export * from './registry/compare-versions.ts';
export * from './checks/check-material.ts';
export * from './checks/golden-requests.ts';
export * from './checks/make-checks.ts';
export * from './registry/edit-model.ts';
export * from './registry/edit-version.ts';
export * from './rollouts/end-rollout.ts';
export * from './ports/endpoint-failure.ts';
export * from './access/engine-actor.ts';
export * from './registry/ensure-model.ts';
export * from './ports/registry-search.ts';
export * from './settings/environments.ts';
export * from './audit/event-chain.ts';
export * from './audit/kept-events.ts';
export * from './audit/where-events-went.ts';
export * from './groups/index.ts';
export * from './access/hands.ts';
export * from './ports/idempotency.ts';
export * from './evidence/ingest-evidence.ts';
export * from './registry/lineage.ts';
export * from './evaluation/look.ts';
export * from './registry/lookup.ts';
export * from './release/mlflow-release.ts';
export * from './release/model-guard.ts';
export * from './primary/at-once.ts';
export * from './primary/move-primary.ts';
export * from './primary/possible-model-actions.ts';
export * from './registry/retired.ts';
export * from './primary/retire-model.ts';
export * from './primary/switch-callers.ts';
export * from './release/new-version.ts';
export * from './settings/policy-of.ts';
export * from './access/principal.ts';
export * from './routing/proven-primary.ts';
export * from './outages/index.ts';
export * from './pairwise-judge/index.ts';
export * from './ports/ports.ts';
export * from './evidence/read-sources.ts';
export * from './readiness/after-probe.ts';
export * from './readiness/all-servers.ts';
export * from './readiness/assert-ready.ts';
export * from './readiness/probes.ts';
export * from './readiness/with-probes.ts';
export * from './routing/reading-of.ts';
export * from './evaluation/reconcile-rollout.ts';
export * from './access/reach.ts';
export * from './deployments/record-deployment.ts';
export * from './ports/records.ts';
export * from './release/register-version.ts';
export * from './rollouts/repeated-command.ts';
export * from './release/release-authority.ts';
export { replacePrices } from './settings/prices.ts';
export * from './routing/proven-before.ts';
export * from './settings/replace-documents.ts';
export * from './registry/replace-output-spec.ts';
export * from './rollouts/possible-actions.ts';
export * from './rollouts/replay-rollout.ts';
export * from './settings/set-caller-rules.ts';
export * from './registry/set-serving.ts';
export * from './registry/settle-output-spec.ts';
export * from './access/setting-token.ts';
export * from './rollouts/insert-rollout.ts';
export * from './rollouts/start-rollout.ts';
export * from './evaluation/step-clock.ts';
export * from './evaluation/sweep.ts';
export * from './evaluation/why-it-waits.ts';
export type * from './evidence/feedback.ts';
export * from './evidence/take-feedback.ts';
export * from './evidence/take-trip.ts';
export * from './text-distance/index.ts';
export * from './ports/tokens.ts';
export * from './evaluation/triage.ts';
export * from './ports/webhooks.ts';

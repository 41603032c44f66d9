export {
  ALIVE,
  keepsCallers,
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
export * from './abilities.ts';
export * from './ability-store.ts';
export * from './access.ts';
export * from './policy-hash.ts';
export * from './approvals.ts';
export * from './retention/forget-old.ts';
export * from './retention/growth.ts';
export * from './retention/orphaned-artifacts.ts';
export * from './retention/retention.ts';
export * from './sessions.ts';
export * from './manage-subscriptions.ts';
export * from './subscriptions.ts';
export * from './event-message.ts';
export * from './deliver-events.ts';
export * from './manage-tokens.ts';
export * from './act-on-rollout.ts';
export * from './add-metrics.ts';
export * from './aliases.ts';
export * from './apply-decision.ts';
export * from './audit.ts';
export * from './authority.ts';
export * from './baseline.ts';
export * from './caller-segments.ts';
export * from './ci-ref.ts';
export * from './compare-versions.ts';
export * from './checks/check-material.ts';
export * from './checks/golden-requests.ts';
export * from './checks/make-checks.ts';
export * from './edit-model.ts';
export * from './edit-version.ts';
export * from './end-rollout.ts';
export * from './endpoint-failure.ts';
export * from './engine-actor.ts';
export * from './ensure-model.ts';
export * from './registry-search.ts';
export * from './environments.ts';
export * from './event-chain.ts';
export * from './groups/index.ts';
export * from './hands.ts';
export * from './idempotency.ts';
export * from './ingest-evidence.ts';
export * from './lineage.ts';
export * from './look.ts';
export * from './lookup.ts';
export * from './mlflow-release.ts';
export * from './model-guard.ts';
export * from './at-once.ts';
export * from './move-primary.ts';
export * from './retired.ts';
export * from './retire-model.ts';
export * from './switch-callers.ts';
export * from './new-version.ts';
export * from './policy-of.ts';
export * from './principal.ts';
export * from './proven-primary.ts';
export * from './outages/index.ts';
export * from './pairwise-judge/index.ts';
export * from './ports.ts';
export * from './read-sources.ts';
export * from './readiness/after-probe.ts';
export * from './readiness/all-servers.ts';
export * from './readiness/assert-ready.ts';
export * from './readiness/probes.ts';
export * from './readiness/with-probes.ts';
export * from './reading-of.ts';
export * from './reconcile-rollout.ts';
export * from './reach.ts';
export * from './record-deployment.ts';
export * from './records.ts';
export * from './register-version.ts';
export * from './repeated-command.ts';
export * from './release-authority.ts';
export { replacePrices } from './prices.ts';
export * from './proven-before.ts';
export * from './replace-documents.ts';
export * from './replace-output-spec.ts';
export * from './replay-rollout.ts';
export * from './set-caller-rules.ts';
export * from './set-serving.ts';
export * from './settle-output-spec.ts';
export * from './setting-token.ts';
export * from './start-rollout.ts';
export * from './step-clock.ts';
export * from './sweep.ts';
export * from './take-feedback.ts';
export * from './take-trip.ts';
export * from './text-distance/index.ts';
export * from './tokens.ts';
export * from './triage.ts';
export * from './webhooks.ts';

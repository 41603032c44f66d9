export * from './decide/actions.ts';
export { askedStart } from './decide/asked-start.ts';
export * from './budget/attempt-budget.ts';
export * from './checks/checks.ts';
export * from './decide/decide.ts';
export { MADE_PRIMARY_BY_HAND } from './decide/decide-bake.ts';
export * from './decide/decision.ts';
export { elapsedIn } from './decide/elapsed.ts';
export { muteGates, type MuteGate } from './budget/comparable.ts';
export * from './budget/error-budget.ts';
export * from './evidence/evidence.ts';
export * from './evidence/fill-query.ts';
export * from './freeze/freeze.ts';
export { leaveNoGap } from './freeze/no-gap.ts';
export * from './decide/next-transition.ts';
export type * from './judge/gate-case.ts';
export * from './policy/gate-needs.ts';
export { isUncounted } from './policy/uncounted-steps.ts';
export * from './judge/judge-evidence-gate.ts';
export { feedbackName } from './policy/gates/feedback-name.ts';
export * from './judge/judge-gates.ts';
export * from './judge/judge-trip.ts';
export * from './checks/ml-test-score.ts';
export * from './decide/next-turn.ts';
export { type Looser } from './tighter/orders.ts';
export { parseKeptPolicy, parsePolicy } from './policy/parse-policy.ts';
export * from './plan/never-done.ts';
export * from './plan/plan.ts';
export { callersSeen, tooFewUnits } from './plan/units-of-proof.ts';
export * from './policy/default-policy.ts';
export * from './policy/gates/gates.ts';
export * from './policy/policy.ts';
export * from './policy/policy-reads.ts';
export * from './policy/steps.ts';
export { jsonPath } from './policy/policy-fields.ts';
export * from './decide/replay.ts';
export * from './decide/rings.ts';
export * from './evidence/source-word.ts';
export * from './decide/start-period.ts';
export * from './decide/states.ts';
export * from './tighter/tightens.ts';
export { expandedPolicy } from './policy/templates/expanded-policy.ts';
export * from './policy/gates/time-metric.ts';
export * from './policy/gates/usage-metric.ts';
export { policyJsonSchema } from './policy/schema/policy-json-schema.ts';
export { boundedMeasure } from './judge/bounded/bounded-measure.ts';
export {
  dueWinsorBounds,
  isWinsorized,
  type WinsorBound,
  type WinsorBounds,
} from './judge/bounded/winsor-bounds.ts';
export { undilutedBudget } from './tighter/tighter-budget.ts';
export * from './decide/waiting-for.ts';

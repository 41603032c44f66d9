import type { Budget } from '#libs/stats';
import { TRIPS_SHARE } from '../judge/judge-trip.ts';
import { isWholeRing } from '../decide/rings.ts';
import { isRelative, isSourceGate, type EvidenceGate, type Gate } from '../policy/gates/gates.ts';
import { type JudgedStepKind, type Step } from '../policy/steps.ts';
import { type Policy } from '../policy/policy.ts';

/** The steps of a policy in which a gate is judged, in order. */
export function judgedSteps(policy: Policy, gate: Gate): readonly number[] {
  return policy.steps.flatMap((step, i) => (isJudgedIn(gate, step) ? [i] : []));
}

/**
 * Is this gate judged in this step? Where everybody gets the candidate there is no other arm over the same seconds:
 * nothing that asks for both (a ratio of rates, the ratio of the arms' sizes) can say anything there.
 */
export function isJudgedIn(gate: Gate, step: Step): boolean {
  if (!gate.in.includes(step.kind as JudgedStepKind)) return false;
  if (step.kind !== 'canary' || step.weight < EVERYBODY) return true;
  // Callers of another time are no measure of a ring: they are others.
  return !needsBothArms(gate) && !(isWholeRing(step) && isRelative(gate));
}

const EVERYBODY = 10_000;
const needsBothArms = (gate: Gate): boolean =>
  gate.metric === 'sample_ratio' ||
  ((gate.metric === 'error_rate' || gate.metric === 'schema_violations') && 'ratio' in gate.margin);

/** Gates that spend nothing: a source judges by its own rule, and nothing comes of a dry run. */
export const spends = (gate: Gate): boolean => !gate.dryRun && !isSourceGate(gate);

/**
 * What a gate may spend in a whole rollout.
 *
 * Harm: any gate alone ends a rollout, so their errors add up (union bound): alpha, less what trips may spend, is shared over
 * the gates, by the number of steps in which each is judged.
 * Safety: a bad candidate is promoted only when the gate that should have seen it passes it, so each
 * gate may spend the whole `beta` (an intersection–union test, Berger 1982).
 */
export function budgetOf(policy: Policy, gate: EvidenceGate): Budget {
  const all = policy.gates.filter(spends).reduce((sum, g) => sum + judgedSteps(policy, g).length, 0);
  const mine = Math.max(1, judgedSteps(policy, gate).length);
  const alpha = policy.alpha * (1 - TRIPS_SHARE);
  return { harm: (alpha * mine) / Math.max(mine, all), safety: policy.beta };
}

/** Half of a gate's harm budget is for everybody, half for its segments, shared over the most there may be. */
export function segmentBudgets(
  budget: Budget,
  gate: EvidenceGate,
): { readonly everybody: Budget; readonly each: Budget } {
  if (gate.segments === null) return { everybody: budget, each: budget };
  const half = budget.harm / 2;
  return {
    everybody: { ...budget, harm: half },
    // "Other" is a segment too.
    each: { ...budget, harm: half / (gate.segments.most + 1) },
  };
}

/** A gate whose method judges each step by itself spends its share of it there. */
export const perStep = (budget: Budget, steps: number): Budget => ({
  ...budget,
  harm: budget.harm / Math.max(1, steps),
});

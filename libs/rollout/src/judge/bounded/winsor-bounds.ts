import {
  addPoints,
  boundsOnGrid,
  countOfPoints,
  quantilesOfPoints,
  type Points,
  type ValueRange,
} from '#libs/stats';
import { isJudgedIn } from '../../budget/error-budget.ts';
import { comparedIn, type Evidence } from '../../evidence/evidence.ts';
import { isSourceGate, type EvidenceGate } from '../../policy/gates/gates.ts';
import { type Policy } from '../../policy/policy.ts';
import { countedFor } from '../../decide/start-period.ts';
import { boundedValues, type BoundedGate } from './bounded-values.ts';
import { marginOf } from './bounded-margin.ts';
import { areSizesKnown, fewestToWinsorize } from '../../policy/gates/value-bound.ts';

/** Where a gate cuts values off. It is chosen once, and what it was chosen from is not judged. */
export interface WinsorBound {
  /** Values below count as this, */
  readonly from: number;
  /** and values above as this. */
  readonly to: number;
  /** Values of both arms that it was chosen from. */
  readonly values: number;
  /** Index of the step in which that was; earlier ones are not judged. */
  readonly step: number;
  /** What that step had by then. */
  readonly before: { readonly trial: Points; readonly baseline: Points };
}
/** By the gate's name. */
export type WinsorBounds = Readonly<Record<string, WinsorBound>>;

/**
 * Bounds of gates that have none yet, and enough values of both arms to choose it from; `null`: there is none to choose. Both arms' values are
 * taken together, so that they are cut off alike; the bets begin afterwards (`valuesSince`), so the bound is known before they are made. Pure.
 * @param stepIndex a step that sends traffic
 */
export function dueWinsorBounds(
  policy: Policy,
  stepIndex: number,
  evidence: Evidence,
  known: WinsorBounds | null,
): WinsorBounds | null {
  const step = policy.steps[stepIndex];
  if (!step) return null;
  const chosen = policy.gates.flatMap((gate) => {
    if (isSourceGate(gate) || !isWinsorized(gate) || !isJudgedIn(gate, step) || known?.[gate.name]) return [];
    const bound = choose(gate, policy, stepIndex, countedFor(gate, policy, evidence));
    return bound === null ? [] : [[gate.name, bound] as const];
  });
  return chosen.length === 0 ? null : { ...known, ...Object.fromEntries(chosen) };
}

export type WinsorGate = BoundedGate & {
  readonly bound: { readonly kind: 'winsorize'; readonly quantile: number };
};
export const isWinsorized = (gate: EvidenceGate): gate is WinsorGate =>
  'bound' in gate && gate.bound?.kind === 'winsorize';

/** All values that a bound is chosen from: of every step so far in which the gate is judged. */
export function pooledValues(
  gate: BoundedGate,
  policy: Policy,
  stepIndex: number,
  evidence: Evidence,
): Points {
  const steps = policy.steps.flatMap((step, i) => (i <= stepIndex && isJudgedIn(gate, step) ? [i] : []));
  return addPoints(
    steps.flatMap((i) => {
      const { trial, baseline } = boundedValues(gate, comparedIn(policy, i, evidence));
      return [trial.points, baseline.points];
    }),
  );
}

function choose(gate: WinsorGate, policy: Policy, stepIndex: number, evidence: Evidence): WinsorBound | null {
  const { trial, baseline } = boundedValues(gate, comparedIn(policy, stepIndex, evidence));
  // Of values by gateways of an older release the sizes are not known: one arm's alone are no measure of both.
  if (![trial, baseline].every(({ points, count }) => areSizesKnown(points, count))) return null;
  const pooled = pooledValues(gate, policy, stepIndex, evidence);
  const values = countOfPoints(pooled);
  const { quantile } = gate.bound;
  if (values < fewestToWinsorize(quantile)) return null;
  const found = quantilesOfPoints(pooled, quantile);
  // All alike so far: there is nothing to cut off by.
  if (found === null || found.lower >= found.upper) return null;
  return {
    ...withRoom(gate, { from: found.lower, to: found.upper }),
    ...{ values: Math.round(values), step: stepIndex },
    before: { trial: trial.points, baseline: baseline.points },
  };
}

/**
 * Room on the worse side for a shift of all values by twice the margin: cut off at what was usual, a version that shifts later would look as if
 * it stayed there. On the grid.
 */
function withRoom(gate: WinsorGate, { from, to }: ValueRange): ValueRange {
  const margin = marginOf(gate);
  const beyond = (end: number): number => {
    if ('by' in margin) return margin.worse === 'higher' ? end + 2 * margin.by : end - 2 * margin.by;
    return end * margin.ratio ** 2;
  };
  if (margin.worse === 'higher') return boundsOnGrid(from, Math.max(to, beyond(to)));
  // Where nothing was below 0, nothing is.
  return boundsOnGrid(Math.max(Math.min(from, 0), Math.min(from, beyond(from))), to);
}

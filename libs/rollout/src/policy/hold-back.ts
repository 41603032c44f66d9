import { ALL, formatPercent, type BasisPoints } from '#libs/kernel';
import { isRelative, type Gate } from './gates/gates.ts';
import { UNSAID } from './parse-steps.ts';
import type { Policy } from './policy.ts';
import type { Step } from './steps.ts';

/** Of the units, for a bake that compares and says nothing of it. */
const DEFAULT_HOLD_BACK = 500;

/** Has a canary given everybody the version, so that no unit is left for a bake to hold back? */
export const isGivenToAll = (steps: readonly Step[]): boolean => mostGiven(steps) >= ALL;

/** The largest share of everybody's units that a canary gives the version on trial. Members of rings keep it by themselves (`dealArm`). */
const mostGiven = (steps: readonly Step[]): BasisPoints =>
  Math.max(0, ...steps.map((step) => (step.kind === 'canary' && step.ring === null ? step.weight : 0)));

/**
 * The share that a bake keeps on the old version, in basis points: as many as its policy says, or 5% where one of its gates compares with them
 * (what was before is no comparison). Never more than its canaries have left: a unit that has had the new version keeps it.
 */
export function heldBackIn(
  bake: Step & { readonly kind: 'bake' },
  policy: Pick<Policy, 'steps' | 'gates'>,
): BasisPoints {
  const compares = policy.gates.some(
    (gate: Gate) => !gate.dryRun && gate.in.includes('bake') && isRelative(gate),
  );
  const asked = bake.holdBack === UNSAID ? (compares ? DEFAULT_HOLD_BACK : 0) : bake.holdBack;
  return Math.min(asked, ALL - mostGiven(policy.steps));
}

/** Why a bake that says how many it holds back asks for too many, in words; `null`: they are there. Asked of new policies. */
export function heldBackTwice(holdBack: BasisPoints, steps: readonly Step[]): string | null {
  const most = mostGiven(steps);
  if (holdBack <= ALL - most) return null;
  const left =
    most >= ALL
      ? 'nobody is left to hold back: leave it out, or end with a smaller canary'
      : `hold back ${formatPercent(ALL - most)} at most, or end with a smaller canary`;
  return `a canary has given the version to ${formatPercent(most)} of the units, and would take it from some of them again; ${left}`;
}

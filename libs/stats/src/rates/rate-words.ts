import type { Rate } from './bernoulli-sequence.ts';
import { percent } from '../text.ts';
import type { EvidenceNumbers, Judgement } from '../verdict.ts';

/** Requests until one of these reaches its limit at the pace so far; `null` when none comes nearer. */
export function needed(
  trials: number,
  ways: readonly (readonly [ln: number, limit: number])[],
): number | null {
  const left = ways.filter(([ln]) => ln > 0).map(([ln, limit]) => Math.ceil(((limit - ln) / ln) * trials));
  return left.length === 0 ? null : Math.max(1, Math.min(...left));
}

/** For people: powers of ten. */
export function numbers(
  harm: number,
  safety: number,
  limits: { readonly harm: number; readonly safety: number },
): EvidenceNumbers {
  const tens = (ln: number): number => Number((ln / Math.LN10).toFixed(3));
  return {
    harm: tens(harm),
    harmNeeded: tens(limits.harm),
    safety: tens(safety),
    safetyNeeded: tens(limits.safety),
  };
}

const NEAREST = 1e-5;
const EDGE_STEPS = 7;

/** The difference nearest to the estimate, towards `direction`, that is rejected; `direction` when none is. */
export function edge(estimate: number, direction: -1 | 1, rejected: (difference: number) => boolean): number {
  const at = (distance: number): number => estimate + direction * distance;
  // Distances differ by orders of magnitude, so they are searched by their logarithm.
  let inside = NEAREST;
  let outside = NEAREST;
  while (!rejected(at(outside))) {
    inside = outside;
    outside *= 4;
    if (Math.abs(at(outside)) >= 1) return direction;
  }
  for (let i = 0; i < EDGE_STEPS; i++) {
    const middle = Math.sqrt(inside * outside);
    if (rejected(at(middle))) outside = middle;
    else inside = middle;
  }
  return at(outside);
}

/** Whole: where requests of one unit count as fewer, nobody has seen a part of one. */
export const countsOf = (candidate: Rate, primary: Rate): Judgement['counts'] => ({
  candidateBad: Math.round(candidate.successes),
  candidateRequests: Math.round(candidate.trials),
  primaryBad: Math.round(primary.successes),
  primaryRequests: Math.round(primary.trials),
});

export const missingArm = (candidate: Rate, primary: Rate): 'candidate' | 'primary' | null =>
  candidate.trials === 0 ? 'candidate' : primary.trials === 0 ? 'primary' : null;

export const ratesOf = ({ successes, trials }: Rate): string =>
  trials === 0 ? 'nothing yet' : `${percent(successes / trials)} of ${Math.round(trials)}`;

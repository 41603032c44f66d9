import { bernoulliAcceptance } from './bernoulli-sequence.ts';
import { boundsAtRank, quantile, type Sketch } from './sketch.ts';
import type { Judgement } from './verdict.ts';

/** How much a quantile may grow: to a multiple of the primary's, or by an absolute amount. */
export type QuantileMargin = { readonly ratio: number } | { readonly increase: number };

/**
 * A confidence sequence for a quantile, from a sketch. The number of values at or below the true
 * q-quantile is Bernoulli(q), so its Bernoulli sequence gives the ranks between which the quantile
 * lies, at every moment at once (Howard & Ramdas 2022, "Sequential estimation of quantiles", for a
 * fixed quantile). The sketch's bucket bounds are taken outwards.
 * @returns `upper: null` while there are too few values to bound it
 */
export function quantileInterval(
  sketch: Sketch,
  q: number,
  alpha: number,
): { lower: number; upper: number | null } {
  if (sketch.count === 0) return { lower: 0, upper: null };
  const { from, to } = bernoulliAcceptance(sketch.count, q, alpha);
  return {
    lower: boundsAtRank(sketch, from)?.lower ?? 0,
    upper: boundsAtRank(sketch, to + 1)?.upper ?? null,
  };
}

/**
 * Has the candidate's quantile grown beyond the margin? Each arm's quantile has its own sequence at
 * alpha/2; `fail` when the candidate's lower bound is above the limit set from the primary's upper
 * bound, `pass` when its upper bound is below the limit set from the primary's lower bound.
 */
export function judgeQuantileIncrease(
  candidate: Sketch,
  primary: Sketch,
  q: number,
  margin: QuantileMargin,
  alpha: number,
): Judgement {
  const counts = { candidateRequests: candidate.count, primaryRequests: primary.count };
  const estimateC = quantile(candidate, q);
  const estimateP = quantile(primary, q);
  if (estimateC === null || estimateP === null) {
    const arm = estimateC === null ? 'candidate' : 'primary';
    return {
      verdict: 'no_data',
      estimate: null,
      interval: { lower: null, upper: null },
      counts,
      because: `no requests on the ${arm} yet`,
    };
  }
  const c = quantileInterval(candidate, q, alpha / 2);
  const p = quantileInterval(primary, q, alpha / 2);
  const limit = (base: number): number => ('ratio' in margin ? base * margin.ratio : base + margin.increase);
  const compare = (a: number, b: number): number => ('ratio' in margin ? a / b : a - b);
  const interval = {
    lower: p.upper === null ? null : compare(c.lower, p.upper),
    upper: c.upper === null || (p.lower === 0 && 'ratio' in margin) ? null : compare(c.upper, p.lower),
  };
  const allowed = 'ratio' in margin ? `${margin.ratio} times as much` : `${margin.increase} ms more`;
  const name = `p${Math.round(q * 100)}`;
  const shown = `${name} ${estimateC.toFixed(1)} ms against ${estimateP.toFixed(1)} ms (${candidate.count} and ${primary.count} requests)`;
  const estimate = compare(estimateC, estimateP);
  if (p.upper !== null && c.lower > limit(p.upper)) {
    return {
      verdict: 'fail',
      estimate,
      interval,
      counts,
      because: `${shown}: it is proven to be more than ${allowed}`,
    };
  }
  if (c.upper !== null && c.upper < limit(p.lower)) {
    return {
      verdict: 'pass',
      estimate,
      interval,
      counts,
      because: `${shown}: it is proven to be less than ${allowed}`,
    };
  }
  return {
    verdict: 'undecided',
    estimate,
    interval,
    counts,
    because: `${shown}: not proven yet either way; ${allowed} is allowed`,
  };
}

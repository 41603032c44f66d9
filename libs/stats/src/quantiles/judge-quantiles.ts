import { bernoulliAcceptance } from '../rates/bernoulli-sequence.ts';
import { blockEffect, exceedancesOfBlocks, isKept, varianceOfRate } from '../units/block-effect.ts';
import { alikeInTime, coarseOf, type Blocks } from '../units/blocks.ts';
import { bucketAtRank, boundsAtRank, quantile, type Sketch } from './sketch.ts';
import { noData, type Budget, type Judgement } from '../verdict.ts';

/** How much a quantile may grow: to a multiple of the primary's, or by an absolute amount. */
export type QuantileMargin = { readonly ratio: number } | { readonly increase: number };

/**
 * A confidence sequence for a quantile, from a sketch. The number of values at or below the true
 * q-quantile is Bernoulli(q), so its Bernoulli sequence gives the ranks between which the quantile
 * lies, at every moment at once (Howard & Ramdas 2022, "Sequential estimation of quantiles", for a
 * fixed quantile). The sketch's bucket bounds are taken outwards.
 * @param effect how many values stand for one independent one (`quantileEffect`)
 * @returns `upper: null` while there are too few values to bound it
 */
export function quantileInterval(
  sketch: Sketch,
  q: number,
  alpha: number,
  effect = 1,
): { lower: number; upper: number | null } {
  const trials = Math.floor(sketch.count / effect);
  if (trials === 0) return { lower: 0, upper: null };
  const { from, to } = bernoulliAcceptance(trials, q, alpha);
  // The same ranks among all values, outwards.
  const scale = sketch.count / trials;
  return {
    lower: boundsAtRank(sketch, Math.floor(from * scale))?.lower ?? 0,
    upper: to >= trials ? null : (boundsAtRank(sketch, Math.ceil(to * scale) + 1)?.upper ?? null),
  };
}

/**
 * How many times stand for one independent one, at a quantile: the design effect (`blockEffect`) of "longer than the arm's own quantile". Times
 * are kept by block in coarse buckets, so it is the larger one of those at both bounds of the bucket that holds the quantile: where a few
 * per cent are slow together, one bound has just these above it.
 * @param blocks how many times of each block fell into each coarse bucket
 */
export function quantileEffect(
  arms: readonly { readonly sketch: Sketch; readonly blocks: Blocks | undefined }[],
  q: number,
): number {
  const known = arms.flatMap(({ sketch, blocks }) => (isKept(blocks) ? [{ sketch, blocks }] : []));
  if (known.length === 0) return 1;
  const alike = alikeInTime(known.map(({ blocks }) => blocks));
  const holds = known.map(({ sketch }) =>
    coarseOf(bucketAtRank(sketch, Math.max(1, Math.ceil(q * sketch.count))) ?? 0),
  );
  const effectAt = (bound: 0 | 1): number =>
    blockEffect(
      alike.map((one, i) => {
        const longer = exceedancesOfBlocks(one, (holds[i] ?? 0) + bound);
        return { blocks: longer, variance: varianceOfRate(longer) };
      }),
    );
  return Math.max(effectAt(0), effectAt(1));
}

/**
 * Has the candidate's quantile grown beyond the margin? Each arm's quantile has its own sequence at
 * half the budget; `fail` when the candidate's lower bound is above the limit set from the primary's
 * upper bound, `pass` when its upper bound is below the limit set from the primary's lower bound.
 * @param effect how many requests stand for one independent one, of both arms
 */
export function judgeQuantileIncrease(
  candidate: Sketch,
  primary: Sketch,
  q: number,
  margin: QuantileMargin,
  budget: Budget,
  effect = 1,
): Judgement {
  const counts = { candidateRequests: candidate.count, primaryRequests: primary.count };
  const estimateC = quantile(candidate, q);
  const estimateP = quantile(primary, q);
  if (estimateC === null || estimateP === null)
    return noData(`no requests on the ${estimateC === null ? 'candidate' : 'primary'} yet`, counts);
  const [ch, ph] = [candidate, primary].map((arm) => quantileInterval(arm, q, budget.harm / 2, effect)) as [
    Bounds,
    Bounds,
  ];
  const [cs, ps] = [candidate, primary].map((arm) => quantileInterval(arm, q, budget.safety / 2, effect)) as [
    Bounds,
    Bounds,
  ];
  const limit = (base: number): number => ('ratio' in margin ? base * margin.ratio : base + margin.increase);
  const compare = (a: number, b: number): number => ('ratio' in margin ? a / b : a - b);
  const interval = {
    lower: ph.upper === null ? null : compare(ch.lower, ph.upper),
    upper: cs.upper === null || (ps.lower === 0 && 'ratio' in margin) ? null : compare(cs.upper, ps.lower),
  };
  const allowed = 'ratio' in margin ? `${margin.ratio} times as much` : `${margin.increase} ms more`;
  const shown = `p${Math.round(q * 100)} ${estimateC.toFixed(1)} ms against ${estimateP.toFixed(1)} ms (${candidate.count} and ${primary.count} requests)`;
  const base = { estimate: compare(estimateC, estimateP), interval, counts };
  if (ph.upper !== null && ch.lower > limit(ph.upper))
    return { ...base, verdict: 'fail', because: `${shown}: it is proven to be more than ${allowed}` };
  if (cs.upper !== null && cs.upper < limit(ps.lower))
    return { ...base, verdict: 'pass', because: `${shown}: it is proven to be less than ${allowed}` };
  return {
    ...base,
    verdict: 'undecided',
    because: `${shown}: not proven yet either way; ${allowed} is allowed`,
  };
}

type Bounds = ReturnType<typeof quantileInterval>;

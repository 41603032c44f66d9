import type { Worth } from './bounded-mean-bets.ts';
import { lnMean } from '../ln-sum.ts';

/** Values of two arms over the same time, all within [0, 1], as so many of each worth. */
export interface TwoWorths {
  readonly candidate: readonly Worth[];
  readonly primary: readonly Worth[];
  /** Values of the candidate for each of the primary's. */
  readonly ratio: number;
}

/** "candidate − `times` · primary is at most `most`" (`above`: evidence that it is more), or at least (`below`). */
export interface MeanHypothesis {
  readonly times: number;
  readonly most: number;
}

/** Shares of the largest stake: small ones find a small difference of values that vary much. */
const STAKES = [0.01, 0.025, 0.06, 0.12, 0.22, 0.4, 0.65, 0.93];
/** The primary's means that are bet on lie this far apart on the scale of log-odds, in grids each half as wide as the one before. */
const GRIDS = [1, 0.5, 0.25, 0.125, 0.0625];
const LARGEST_LOG_ODDS = 10;
/** Of a hypothesis that no value speaks for, a bet could be without end. */
const LEAST_LOST = 1e-6;

/**
 * Logarithm of the e-value against a hypothesis on two means of values within [0, 1].
 *
 * A bet multiplies its stake by 1 + c(x − p) for a value x of the candidate and by 1 + d(y − q) for one of the primary, where
 * p = `times`·q + `most` and d = −`ratio`·`times`·c. Where values fall on the arms by chance, `ratio` to 1, its expected factor is
 * 1 + w·c·((P − `times`·Q) − `most`), P and Q being the means of the moment and w = ratio/(1 + ratio): at most 1 under the
 * hypothesis, so it is a test supermartingale whatever both means do meanwhile. (Waudby-Smith & Ramdas 2024, "Estimating means of bounded random
 * variables by betting", JRSS B 86(1), for bets on bounded values; `lnDifferenceEvidence` is the same for zeros and ones.)
 *
 * The stake is spread over a fixed grid of q and of c. What is computed is the part of the grid that can have won: the primary's
 * mean near the one that both arms' values say, at each width. Leaving out the others only lowers the evidence, so it may depend on what was seen.
 * @param side `above`: evidence that the difference is larger
 */
export function lnMeanDifferenceEvidence(
  arms: TwoWorths,
  { times, most }: MeanHypothesis,
  side: 'above' | 'below',
): number {
  const [candidate, primary] = [sumOf(arms.candidate), sumOf(arms.primary)];
  if (candidate.n === 0 || primary.n === 0) return 0;
  const weight = arms.ratio * times ** 2;
  const middle =
    (candidate.n * times * (candidate.mean - most) + primary.n * weight * primary.mean) /
    (candidate.n * times ** 2 + primary.n * weight);
  const sign = side === 'above' ? 1 : -1;
  const logs: number[] = [];
  for (const [grid, width] of GRIDS.entries()) {
    const lnShare = -Math.LN2 * (grid + 1) - Math.log((2 * LARGEST_LOG_ODDS) / width + 1);
    for (const q of nearest(middle, width)) {
      const p = times * q + most;
      const [candidateLoses, primaryLoses] = sign > 0 ? [p, 1 - q] : [1 - p, q];
      const largest = 1 / Math.max(LEAST_LOST, candidateLoses, arms.ratio * times * primaryLoses);
      for (const stake of STAKES) {
        const c = sign * stake * largest;
        const d = -arms.ratio * times * c;
        logs.push(lnShare + lnWon(arms.candidate, c, p) + lnWon(arms.primary, d, q));
      }
    }
  }
  return lnMean(logs) + Math.log(logs.length / STAKES.length);
}

/** The two points of a grid of log-odds around a mean. */
function nearest(mean: number, width: number): readonly number[] {
  const bounded = Math.min(1 - 1e-9, Math.max(1e-9, mean));
  const at = Math.log(bounded / (1 - bounded)) / width;
  const end = LARGEST_LOG_ODDS / width;
  const both = [Math.floor(at), Math.floor(at) + 1].map((one) => Math.min(end, Math.max(-end, one)));
  return [...new Set(both)].map((one) => 1 / (1 + Math.exp(-one * width)));
}

function lnWon(values: readonly Worth[], bet: number, mean: number): number {
  let ln = 0;
  for (const { worth, count } of values) ln += count * Math.log1p(bet * (worth - mean));
  return ln;
}

function sumOf(values: readonly Worth[]): { readonly n: number; readonly mean: number } {
  let [n, sum] = [0, 0];
  for (const { worth, count } of values) {
    n += count;
    sum += count * worth;
  }
  return { n, mean: n === 0 ? 0 : sum / n };
}

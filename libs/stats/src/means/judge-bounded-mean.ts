import { edgeOfMean, lnBoundedMeanEvidence } from './bounded-mean-bets.ts';
import { needed, numbers } from '../rates/rate-words.ts';
import { short } from '../text.ts';
import { boundsOnGrid, countOfPoints, type Points } from './value-points.ts';
import { noData, type Budget, type Judgement } from '../verdict.ts';
import { type ValueRange, worthsOf, meanOf } from './bounded-samples.ts';

/**
 * Is the mean of values of one arm at most `max`? The same bets on one mean (`lnBoundedMeanEvidence`): `fail` where "at most" is rejected,
 * `pass` where "at least" is.
 * @param max within the range
 */
export function judgeBoundedMean(
  given: { readonly points: Points; readonly effect: number },
  range: ValueRange,
  max: number,
  budget: Budget,
  values: string,
): Judgement {
  const grid = boundsOnGrid(range.from, range.to);
  const [width, n] = [grid.to - grid.from, countOfPoints(given.points)];
  const counts = { candidate: Math.round(n) };
  if (n === 0) return noData('no values of the candidate yet', counts);
  const worths = worthsOf(given.points, given.effect, grid);
  const limits = { harm: Math.log(1 / budget.harm), safety: Math.log(1 / budget.safety) };
  const harmAt = (share: number): number => lnBoundedMeanEvidence(worths, share, 'above');
  const safetyAt = (share: number): number => lnBoundedMeanEvidence(worths, share, 'below');
  const bound = (max - grid.from) / width;
  const isInside = bound > 0 && bound < 1;
  // Cut-off values may all lie on one side of it.
  const [harm, safety] = isInside
    ? [harmAt(bound), safetyAt(bound)]
    : bound <= 0
      ? [Infinity, 0]
      : [0, Infinity];
  const verdict = harm >= limits.harm ? 'fail' : safety >= limits.safety ? 'pass' : 'undecided';
  const lower = grid.from + width * edgeOfMean(0, (m) => harmAt(m) >= limits.harm);
  const upper = grid.from + width * edgeOfMean(1, (m) => safetyAt(m) >= limits.safety);
  const interval = {
    lower: verdict === 'fail' ? Math.max(lower, max) : lower,
    upper: verdict === 'pass' ? Math.min(upper, max) : upper,
  };
  const { mean } = meanOf([{ candidate: given.points, primary: {}, ratio: 1, effect: 1 }], 'candidate', grid);
  const ways = [
    [harm, limits.harm],
    [safety, limits.safety],
  ] as const;
  return {
    verdict,
    estimate: mean,
    interval,
    counts,
    evidence: numbers(Math.min(harm, MOST_LN), Math.min(safety, MOST_LN), limits),
    because: `${short(mean)} on ${counts.candidate}, ${values}: between ${short(interval.lower)} and ${short(interval.upper)}; ${short(max)} is allowed`,
    requestsNeeded: verdict === 'undecided' ? needed(n, ways) : null,
  };
}
/** Evidence without end is shown as this. */
const MOST_LN = 700;

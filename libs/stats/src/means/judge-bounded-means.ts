import { edgeOfMean, lnBoundedMeanEvidence, type Worth } from './bounded-mean-bets.ts';
import { usableRatio } from '../rates/difference-bets.ts';
import { lnMeanDifferenceEvidence, type MeanHypothesis, type TwoWorths } from './mean-difference-bets.ts';
import { needed, numbers } from '../rates/rate-words.ts';
import { lnOverStrata } from '../strata.ts';
import { short } from '../text.ts';
import { boundsOnGrid, countOfPoints, type Points } from './value-points.ts';
import { noData, type Budget, type Interval, type Judgement } from '../verdict.ts';

/** Values of both arms over the same time; each stands for `effect` that were seen. */
export interface TwoPoints {
  readonly candidate: Points;
  readonly primary: Points;
  /** Values of the candidate for each of the primary's, as the route declares it. */
  readonly ratio: number;
  /** How many values stand for one independent one. */
  readonly effect: number;
}

export interface PointStrata {
  readonly harm: readonly TwoPoints[];
  readonly safety: readonly TwoPoints[];
  readonly most: { readonly harm: number; readonly safety: number };
}

/** All values lie within, or count as the end that they are beyond. */
export interface ValueRange {
  readonly from: number;
  readonly to: number;
}

/** How far the candidate's mean may be on the worse side: so far from the primary's, or so many times it. */
export type BoundedMargin = { readonly worse: 'higher' | 'lower' } & (
  { readonly by: number } | { readonly ratio: number }
);

/**
 * Has the candidate's mean moved beyond the margin to the worse side? By bets on the difference of two bounded means
 * (`lnMeanDifferenceEvidence`), stratum by stratum: `fail` when the e-value against "within the margin" reaches 1/harm, `pass` when the one
 * against "at the margin or beyond" reaches 1/safety. Exact at every look, for any distribution within the range. With a `ratio`, the
 * estimate and the interval are of the ratio.
 * @param values where the values come from and what became of those beyond, in words
 */
export function judgeBoundedMeans(
  strata: PointStrata,
  range: ValueRange,
  margin: BoundedMargin,
  budget: Budget,
  values: string,
): Judgement {
  const grid = boundsOnGrid(range.from, range.to);
  const pooled = {
    candidate: meanOf(strata.harm, 'candidate', grid),
    primary: meanOf(strata.harm, 'primary', grid),
  };
  const { candidate, primary } = pooled;
  const counts = { candidate: Math.round(candidate.n), primary: Math.round(primary.n) };
  if (candidate.n === 0 || primary.n === 0)
    return noData(`no values of the ${candidate.n === 0 ? 'candidate' : 'primary'} yet`, counts);
  const sign = signOf(margin);
  const lnAt = boundedMeansEvidence(strata, range, margin);
  const edge = edgeOf(margin);
  const limits = { harm: Math.log(1 / budget.harm), safety: Math.log(1 / budget.safety) };
  const [harm, safety] = [lnAt(edge, 'harm'), lnAt(edge, 'safety')];
  const verdict = harm >= limits.harm ? 'fail' : safety >= limits.safety ? 'pass' : 'undecided';
  const now = latestOf(strata.harm, grid) ?? pooled;
  const estimate =
    'by' in margin ? now.candidate.mean - now.primary.mean : now.candidate.mean / now.primary.mean;
  const isRejected = (question: 'harm' | 'safety') => (at: number) => lnAt(at, question) >= limits[question];
  const most = 'by' in margin ? grid.to - grid.from : 1_000;
  const near = { from: Number.isFinite(estimate) ? estimate : edge, edge };
  const worst = reach(near, sign * most, isRejected('safety'));
  const best = reach(near, 'by' in margin ? -sign * most : sign === 1 ? 1 / most : most, isRejected('harm'));
  const interval = sign === 1 ? { lower: best, upper: worst } : { lower: worst, upper: best };
  return {
    verdict,
    ...{ estimate: Number.isFinite(estimate) ? estimate : null, margin: edge },
    interval,
    counts,
    evidence: numbers(harm, safety, limits),
    because: `${short(now.candidate.mean)} on ${counts.candidate} against ${short(now.primary.mean)} on ${counts.primary}, ${values}: ${inWords(interval, margin)}`,
    requestsNeeded:
      verdict === 'undecided'
        ? needed(candidate.n, [
            [harm, limits.harm],
            [safety, limits.safety],
          ])
        : null,
  };
}

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

const signOf = ({ worse }: BoundedMargin): 1 | -1 => (worse === 'higher' ? 1 : -1);
/** The difference, or the ratio, that the candidate may just have. */
export const edgeOf = (margin: BoundedMargin): number =>
  'by' in margin ? signOf(margin) * margin.by : margin.ratio;

/**
 * Logarithms of the e-values against "the difference (or the ratio) is `at`, or on its better side" (`harm`), and "or on its worse side"
 * (`safety`).
 */
export function boundedMeansEvidence(
  strata: PointStrata,
  range: ValueRange,
  margin: BoundedMargin,
): (at: number, question: 'harm' | 'safety') => number {
  const grid = boundsOnGrid(range.from, range.to);
  const arms = {
    harm: strata.harm.map((one) => scaled(one, grid)),
    safety: strata.safety.map((one) => scaled(one, grid)),
  };
  return (at, question) => {
    const hypothesis = onScale('by' in margin ? { times: 1, most: at } : { times: at, most: 0 }, grid);
    const side = (question === 'harm') === (margin.worse === 'higher') ? 'above' : 'below';
    const logs = arms[question].map((one) => lnMeanDifferenceEvidence(one, hypothesis, side));
    return lnOverStrata(logs, strata.most[question]);
  };
}

function inWords({ lower, upper }: Interval, margin: BoundedMargin): string {
  const side = (x: number | null): string => (x === null ? 'unknown' : short(x));
  if ('by' in margin)
    return `the difference lies between ${side(lower)} and ${side(upper)}; ${short(margin.by)} ${margin.worse} is allowed`;
  return `between ${side(lower)} and ${side(upper)} times; ${margin.ratio} times is allowed`;
}

/** The hypothesis on values of which `from` is 0 and `to` is 1. */
function onScale({ times, most }: MeanHypothesis, { from, to }: ValueRange): MeanHypothesis {
  return { times, most: (most - from * (1 - times)) / (to - from) };
}

/** A value within the range. */
const cut = (value: number, { from, to }: ValueRange): number => Math.min(to, Math.max(from, value));

function worthsOf(points: Points, effect: number, range: ValueRange): readonly Worth[] {
  const counts = new Map<number, number>();
  for (const [point, weight] of Object.entries(points)) {
    const worth = (cut(Number(point), range) - range.from) / (range.to - range.from);
    counts.set(worth, (counts.get(worth) ?? 0) + weight / effect);
  }
  return [...counts].map(([worth, count]) => ({ worth, count }));
}

function scaled({ candidate, primary, ratio, effect }: TwoPoints, range: ValueRange): TwoWorths {
  const rateOf = (points: Points) => ({ successes: 0, trials: countOfPoints(points) / effect });
  const isNone = Math.min(countOfPoints(candidate), countOfPoints(primary)) === 0;
  const usable = isNone
    ? ratio
    : usableRatio({ candidate: rateOf(candidate), primary: rateOf(primary), ratio });
  return {
    candidate: worthsOf(candidate, effect, range),
    primary: worthsOf(primary, effect, range),
    ratio: usable,
  };
}

interface CountAndMean {
  readonly n: number;
  readonly mean: number;
}

function meanOf(all: readonly TwoPoints[], arm: 'candidate' | 'primary', range: ValueRange): CountAndMean {
  let [n, sum] = [0, 0];
  for (const one of all)
    for (const [point, weight] of Object.entries(one[arm])) {
      n += weight;
      sum += weight * cut(Number(point), range);
    }
  return { n, mean: n === 0 ? 0 : sum / n };
}

/** Of the last stratum in which both arms have values. */
function latestOf(
  all: readonly TwoPoints[],
  range: ValueRange,
): Record<'candidate' | 'primary', CountAndMean> | null {
  for (const one of all.toReversed()) {
    const both = { candidate: meanOf([one], 'candidate', range), primary: meanOf([one], 'primary', range) };
    if (both.candidate.n > 0 && both.primary.n > 0) return both;
  }
  return null;
}

const HALVINGS = 9;

/** The value nearest to the estimate, towards `end`, that is rejected; `null` where not even the end is. The margin's edge is looked at, too. */
function reach(
  { from, edge }: { readonly from: number; readonly edge: number },
  end: number,
  isRejected: (at: number) => boolean,
): number | null {
  if (!isRejected(end)) return null;
  let [inside, outside] = [from, end];
  const isBetween = (edge - from) * (end - edge) > 0;
  for (let i = 0; i <= HALVINGS; i++) {
    const middle = i === 0 && isBetween ? edge : (inside + outside) / 2;
    if (isRejected(middle)) outside = middle;
    else inside = middle;
  }
  return outside;
}

import type { Worth } from './bounded-mean-bets.ts';
import { usableRatio } from '../rates/difference-bets.ts';
import type { TwoWorths } from './mean-difference-bets.ts';
import { countOfPoints, type Points } from './value-points.ts';

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

/** A value within the range. */
const cut = (value: number, { from, to }: ValueRange): number => Math.min(to, Math.max(from, value));

export function worthsOf(points: Points, effect: number, range: ValueRange): readonly Worth[] {
  const counts = new Map<number, number>();
  for (const [point, weight] of Object.entries(points)) {
    const worth = (cut(Number(point), range) - range.from) / (range.to - range.from);
    counts.set(worth, (counts.get(worth) ?? 0) + weight / effect);
  }
  return [...counts].map(([worth, count]) => ({ worth, count }));
}

export function scaled({ candidate, primary, ratio, effect }: TwoPoints, range: ValueRange): TwoWorths {
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

export function meanOf(
  all: readonly TwoPoints[],
  arm: 'candidate' | 'primary',
  range: ValueRange,
): CountAndMean {
  let [n, sum] = [0, 0];
  for (const one of all)
    for (const [point, weight] of Object.entries(one[arm])) {
      n += weight;
      sum += weight * cut(Number(point), range);
    }
  return { n, mean: n === 0 ? 0 : sum / n };
}

/** Of the last stratum in which both arms have values. */
export function latestOf(
  all: readonly TwoPoints[],
  range: ValueRange,
): Record<'candidate' | 'primary', CountAndMean> | null {
  for (const one of all.toReversed()) {
    const both = { candidate: meanOf([one], 'candidate', range), primary: meanOf([one], 'primary', range) };
    if (both.candidate.n > 0 && both.primary.n > 0) return both;
  }
  return null;
}

import { mergeMoments, type Moments } from '../means/moments.ts';

/**
 * A mergeable sketch of positive numbers after DDSketch (Masson, Rim, Lee 2019): values fall into
 * buckets whose bounds grow by a constant factor, so any rank is known to a relative error of 1 %.
 * Plain data: it travels as JSON and merges by adding counts.
 */
export interface Sketch {
  readonly count: number;
  /** bucket index (as a decimal string) -> how many values fell into it */
  readonly buckets: Readonly<Record<string, number>>;
}

const RELATIVE_ERROR = 0.01;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LN_GAMMA = Math.log(GAMMA);
/** Everything at or below this falls into one bucket (for latency in ms: one microsecond). */
const SMALLEST = 1e-3;
const LARGEST = 1e9;
export const LOWEST_BUCKET = Math.ceil(Math.log(SMALLEST) / LN_GAMMA);
export const HIGHEST_BUCKET = Math.ceil(Math.log(LARGEST) / LN_GAMMA);

export const EMPTY_SKETCH: Sketch = { count: 0, buckets: {} };

/** The bucket of a value; bucket i holds (gamma^(i-1), gamma^i]. Throws on a value that is not a finite number >= 0. */
export function bucketIndex(value: number): number {
  if (!Number.isFinite(value) || value < 0)
    throw new RangeError(`a sketch holds finite numbers >= 0, not ${value}`);
  const index = Math.ceil(Math.log(Math.max(value, SMALLEST)) / LN_GAMMA);
  return Math.min(HIGHEST_BUCKET, Math.max(LOWEST_BUCKET, index));
}

/** The bounds of a bucket: every value in it is above `lower` and at most `upper`. */
export function bucketBounds(index: number): { lower: number; upper: number } {
  return { lower: index <= LOWEST_BUCKET ? 0 : GAMMA ** (index - 1), upper: GAMMA ** index };
}

/** Adds up sketches. The order does not matter. */
export function mergeSketches(sketches: readonly Sketch[]): Sketch {
  const buckets: Record<string, number> = {};
  let count = 0;
  for (const sketch of sketches) {
    count += sketch.count;
    for (const [index, n] of Object.entries(sketch.buckets)) buckets[index] = (buckets[index] ?? 0) + n;
  }
  return { count, buckets };
}

/** A sketch of these values. */
export function sketchOf(values: readonly number[]): Sketch {
  const buckets: Record<string, number> = {};
  for (const value of values) {
    const key = String(bucketIndex(value));
    buckets[key] = (buckets[key] ?? 0) + 1;
  }
  return { count: values.length, buckets };
}

/**
 * The bucket that holds the value of a rank.
 * @param rank from 1 (the smallest) to `sketch.count`
 * @returns the bucket's bounds, or `null` when the rank is outside
 */
export function boundsAtRank(sketch: Sketch, rank: number): { lower: number; upper: number } | null {
  const index = bucketAtRank(sketch, rank);
  return index === null ? null : bucketBounds(index);
}

/** The bucket itself; `null` when the rank is outside. */
export function bucketAtRank(sketch: Sketch, rank: number): number | null {
  if (rank < 1 || rank > sketch.count) return null;
  let seen = 0;
  for (const [index, n] of sortedBuckets(sketch)) {
    seen += n;
    if (seen >= rank) return index;
  }
  return null;
}

/** The estimate of a quantile (0 < q < 1), to 1 % of its value; `null` without data. */
export function quantile(sketch: Sketch, q: number): number | null {
  const bounds = boundsAtRank(sketch, Math.max(1, Math.ceil(q * sketch.count)));
  return bounds && middleOf(bounds);
}

/** The value that stands for all of a bucket, to 1 % of each. */
export const middleOfBucket = (index: number): number => middleOf(bucketBounds(index));
const middleOf = ({ upper }: { readonly upper: number }): number => (2 * upper) / (1 + GAMMA);

function sortedBuckets(sketch: Sketch): [number, number][] {
  return Object.entries(sketch.buckets)
    .map(([index, n]): [number, number] => [Number(index), n])
    .sort(([a], [b]) => a - b);
}

/** Count, mean and spread of a sketch's values, each taken at the middle of its bucket: to about 1 %. */
export function sketchMoments(sketch: Sketch): Moments {
  return mergeMoments(
    sortedBuckets(sketch).map(([index, n]) => ({
      n,
      mean: middleOfBucket(index),
      m2: 0,
    })),
  );
}

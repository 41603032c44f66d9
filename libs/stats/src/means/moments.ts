/** Count, mean and sum of squared deviations of numbers: enough for a mean and its error. Plain data. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly m2: number;
  /** How many of them are not 0, where that is counted: of what most have none of (purchases, revenue). */
  readonly nonZero?: number | undefined;
}

export const NO_MOMENTS: Moments = { n: 0, mean: 0, m2: 0 };

/**
 * Merges moments pairwise, after Chan, Golub, LeVeque (1983): no difference of large sums, so it is
 * sound for values far from 0 and any count. The order matters to the last digits only.
 */
export function mergeMoments(parts: readonly Moments[]): Moments {
  return parts.reduce((a, b) => {
    if (a.n === 0) return b;
    if (b.n === 0) return a;
    const n = a.n + b.n;
    const delta = b.mean - a.mean;
    return {
      n,
      mean: a.mean + (delta * b.n) / n,
      m2: a.m2 + b.m2 + (delta * delta * a.n * b.n) / n,
      // What was recorded before they were counted is taken as it was then.
      ...((a.nonZero ?? b.nonZero) !== undefined && { nonZero: (a.nonZero ?? a.n) + (b.nonZero ?? b.n) }),
    };
  }, NO_MOMENTS);
}

/** Adds one finite value. Throws on any other. */
export function addValue(to: Moments, value: number): Moments {
  if (!Number.isFinite(value)) throw new RangeError(`moments hold finite numbers, not ${value}`);
  // Welford (1962): what merging with one value comes to.
  const n = to.n + 1;
  const delta = value - to.mean;
  return { n, mean: to.mean + delta / n, m2: to.m2 + (delta * delta * to.n) / n };
}

/** One value of which it matters whether it is 0. */
export const sparseMomentsOf = (value: number): Moments => ({
  ...addValue(NO_MOMENTS, value),
  nonZero: value === 0 ? 0 : 1,
});

export const momentsOf = (values: readonly number[]): Moments => values.reduce(addValue, NO_MOMENTS);

/** The unbiased variance; 0 below two values. */
export const varianceOf = ({ n, m2 }: Moments): number => (n < 2 ? 0 : Math.max(0, m2) / (n - 1));

/** The sum of values that are all 0 or 1, or between: how often, in trials of so many. */
export const sumOf = ({ n, mean }: Moments): number => n * mean;

/** As so many independent values would have shown it. @param effect how many values stand for one independent one */
export const deflateMoments = ({ n, mean, m2, nonZero }: Moments, effect: number): Moments =>
  effect === Infinity
    ? NO_MOMENTS
    : { n: n / effect, mean, m2: m2 / effect, ...(nonZero !== undefined && { nonZero: nonZero / effect }) };

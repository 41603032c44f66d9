/** A direction: an embedding of length 1. */
export type UnitVector = Float32Array;

/** Why an embedding has no direction. */
export type NoDirection = 'zero_vector' | 'not_finite';

/** The direction of an embedding. Numbers of any size are scaled first, so that no square of theirs is infinite, or 0. */
export function unitVector(values: readonly number[] | Float32Array): UnitVector | NoDirection {
  let largest = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) return 'not_finite';
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0) return 'zero_vector';
  let squares = 0;
  for (const value of values) squares += (value / largest) ** 2;
  const length = Math.sqrt(squares);
  return Float32Array.from(values, (value) => value / largest / length);
}

/**
 * The cosine distance, 1 − cos of the angle: 0 for the same direction, 1 for a right angle, 2 for opposite ones. Rounding never
 * leads out of [0, 2].
 * @param a, b of the same length
 */
export function cosineDistance(a: UnitVector, b: UnitVector): number {
  if (a.length !== b.length) throw new RangeError(`vectors of ${a.length} and of ${b.length} numbers`);
  // Half of the squared difference is the same, and exact where the two are nearly one.
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return Math.min(2, Math.max(0, squares / 2));
}

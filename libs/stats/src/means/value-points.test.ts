import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addPoints,
  boundsOnGrid,
  countOfPoints,
  lnBoundedMeanEvidence,
  MOST_POINTS,
  POINT_NAME,
  pointsAround,
  pointsSince,
  quantilesOfPoints,
} from '../index.ts';

const pointsOf = (values: readonly number[]) =>
  addPoints(values.map((value) => Object.fromEntries(pointsAround(value))));
const anyValue = fc.oneof(
  fc.double({ min: -9e12, max: 9e12, noNaN: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.integer({ min: -1_000, max: 1_000 }),
  fc.integer({ min: -9_999, max: 9_999 }).map((n) => n / 1e9),
);

describe('pointsAround', () => {
  it('keeps the mean, on points of the grid that are next to each other', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const around = pointsAround(value);
        const mean = around.reduce((sum, [point, weight]) => sum + Number(point) * weight, 0);
        expect(Math.abs(mean - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value) + 1e-18);
        expect(around.reduce((sum, [, weight]) => sum + weight, 0)).toBeCloseTo(1, 12);
        for (const [point, weight] of around) {
          expect(point).toMatch(POINT_NAME);
          expect(weight).toBeGreaterThan(0);
          // A point is where it says: the same for whoever asks again.
          expect(pointsAround(Number(point))).toEqual([[point, 1]]);
          expect(Math.abs(Number(point) - value)).toBeLessThanOrEqual(Math.max(1e-6, 0.1 * Math.abs(value)));
        }
      }),
    );
  });

  it('takes two significant digits as they are, and what is beyond the grid as its end', () => {
    for (const value of [0, 1, -1, 5, 0.25, 99, 120, -4_300, 0.000001])
      expect(pointsAround(value)).toEqual([[String(value), 1]]);
    expect(pointsAround(123)).toEqual([
      ['120', expect.closeTo(0.7, 12)],
      ['130', expect.closeTo(0.3, 12)],
    ]);
    expect(pointsAround(-1e300)).toEqual([['-9900000000000', 1]]);
    expect(() => pointsAround(Number.NaN)).toThrow(RangeError);
  });

  it('has as many points as it says', () => {
    const seen = new Set<string>();
    for (let exponent = -7; exponent <= 11; exponent++)
      for (let digits = 10; digits < 100; digits++)
        for (const sign of [1, -1])
          for (const [point] of pointsAround(sign * Number(`${digits}e${exponent}`))) seen.add(point);
    expect(seen.size).toBeLessThanOrEqual(MOST_POINTS);
    expect(seen.size).toBeGreaterThan(MOST_POINTS - 10);
  });
});

it('no bet on points wins more than the same bet on the values', () => {
  const worthsOf = (values: readonly number[]) => values.map((worth) => ({ worth, count: 1 }));
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.constantFrom('above' as const, 'below' as const),
      (values, mean, side) => {
        const points = Object.entries(pointsOf(values)).map(([point, count]) => ({
          worth: Number(point),
          count,
        }));
        const onPoints = lnBoundedMeanEvidence(points, mean, side);
        expect(onPoints).toBeLessThanOrEqual(lnBoundedMeanEvidence(worthsOf(values), mean, side) + 1e-9);
      },
    ),
  );
});

it('sums add up in any order, and what has come since is the difference', () => {
  fc.assert(
    fc.property(
      fc.array(anyValue, { maxLength: 20 }),
      fc.array(anyValue, { maxLength: 20 }),
      (before, after) => {
        const [first, second] = [pointsOf(before), pointsOf(after)];
        const all = addPoints([second, first]);
        expect(countOfPoints(all)).toBeCloseTo(before.length + after.length, 6);
        const since = pointsSince(all, first);
        for (const point of Object.keys(all)) expect(since[point] ?? 0).toBeCloseTo(second[point] ?? 0, 6);
      },
    ),
  );
});

it('quantiles are points with so many values on their side', () => {
  const values = Array.from({ length: 1_000 }, (_, i) => (i < 10 ? i + 1 : 0));
  expect(quantilesOfPoints(pointsOf(values), 0.999)).toEqual({ lower: 0, upper: 9 });
  expect(quantilesOfPoints(pointsOf(values), 0.99)).toEqual({ lower: 0, upper: 0 });
  expect(quantilesOfPoints(pointsOf([-3, ...Array<number>(98).fill(1), 7]), 0.99)).toEqual({
    lower: 1,
    upper: 1,
  });
  expect(quantilesOfPoints({}, 0.99)).toBeNull();
});

it('bounds lie on the grid, at or outside of what is asked', () => {
  expect(boundsOnGrid(1, 5)).toEqual({ from: 1, to: 5 });
  expect(boundsOnGrid(-127, 255)).toEqual({ from: -130, to: 260 });
});

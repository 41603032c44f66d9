import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { axisTimes, chartRange } from './chart-range.ts';

const point = (
  estimate: number | null,
  lower: number | null,
  upper: number | null,
  margin: number | null = 0.05,
) => ({
  at: 0,
  ...{ estimate, lower, upper, margin },
});

it('an estimate just above its margin is seen above it, though the first interval was everything', () => {
  const [low, high] = chartRange([
    point(1, -1, 1),
    point(0.3, -0.4, 1),
    point(0.07, 0.02, 0.12),
    point(0.062, 0.051, 0.073),
  ]);
  const height = (value: number): number => (value - low) / (high - low);
  expect(height(0.062) - height(0.05)).toBeGreaterThan(0.1);
  expect(height(0.062)).toBeLessThan(1);
  expect(height(0.073)).toBeLessThan(1);
});

it('whatever the points, the last estimate and the margin are inside, and apart from the edges', () => {
  const value = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: null });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value, value, value), { maxLength: 20 }), (all) => {
      const points = all.map(([a, b, c, d]) => point(a, b, c, d));
      const [low, high] = chartRange(points);
      expect(high).toBeGreaterThan(low);
      const last = points.at(-1);
      for (const shown of [last?.estimate, last?.margin])
        if (typeof shown === 'number') {
          expect(shown).toBeGreaterThanOrEqual(low);
          expect(shown).toBeLessThanOrEqual(high);
        }
    }),
  );
});

it('times are of 24 hours, with seconds where these differ', () => {
  const at = new Date(2026, 10, 28, 14, 5, 0).getTime() / 1_000;
  expect(axisTimes([at, at + 300])).toEqual(['14:05', '14:10']);
  expect(axisTimes([at, at + 5])).toEqual(['14:05:00', '14:05:05']);
  expect(axisTimes([])).toEqual([]);
});

import { expect, it } from '@jest/globals';
import { addValue, EMPTY_TALLY, MEASURE, NO_MOMENTS, type Moments, type Tally } from '#libs/stats';
import { judgeEditDistance } from './judge-edit-distance.ts';

const BUDGET = { harm: 0.01, safety: 0.05 };
/** So many pairs of texts, about so far apart. */
const pairs = (n: number, distance: number): Tally => ({
  ...EMPTY_TALLY,
  requests: n,
  measures: {
    [MEASURE.editDistance]: Array.from(
      { length: n },
      (_, i) => distance * (0.8 + (i % 5) / 10),
    ).reduce<Moments>(addValue, NO_MOMENTS),
  },
});

it.each([
  [400, 0.2, 0.4, 'pass'],
  [400, 0.6, 0.4, 'fail'],
  [400, 0.4, 0.4, 'undecided'],
  [5, 0.2, 0.4, 'undecided'],
  [0, 0, 0.4, 'no_data'],
] as const)('%i pairs, %d apart, %d allowed: %s', (n, distance, max, verdict) => {
  const judged = judgeEditDistance(max, n === 0 ? EMPTY_TALLY : pairs(n, distance), BUDGET);
  expect(judged.verdict).toBe(verdict);
  if (n === 0) return;
  expect(judged.estimate).toBeCloseTo(distance, 6);
  expect(judged.interval.lower ?? 0).toBeLessThanOrEqual(distance);
  expect(judged.interval.upper ?? 1).toBeGreaterThanOrEqual(distance);
});

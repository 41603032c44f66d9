import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  distanceBin,
  judgeTextDistance,
  MOST_DISTANCE,
  textDistanceEvidence,
  type Bins,
  type TextDistances,
} from '../index.ts';
import { seededRandom } from '../seeded-random.fixture.ts';

const BUDGET = { harm: 0.02, safety: 0.05 };
const distance = fc.double({ min: 0, max: MOST_DISTANCE, noNaN: true });

function distancesOf(values: readonly number[], more: Partial<TextDistances> = {}): TextDistances {
  const bins: Record<string, number> = {};
  for (const value of values) bins[distanceBin(value)] = (bins[distanceBin(value)] ?? 0) + 1;
  const mean = values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
  return { bins, same: 0, opposite: 0, failed: 0, mean, ...more };
}
const like = (n: number, about: number): TextDistances =>
  distancesOf(Array.from({ length: n }, (_, i) => about * (0.8 + (i % 5) / 10)));
const RANK = { no_data: 0, undecided: 1, pass: 2, fail: 2 } as const;

describe('the bin of a distance', () => {
  it('begins at it or below, and the next one above it; there are fewer than evidence keeps', () => {
    const names = new Set<string>();
    for (let i = 0; i <= 20_000; i++) names.add(distanceBin((MOST_DISTANCE * i) / 20_000));
    expect(names.size).toBeLessThan(64);
    const starts = [...names].map(Number).sort((a, b) => a - b);
    fc.assert(
      fc.property(distance, (d) => {
        const at = starts.indexOf(Number(distanceBin(d)));
        expect(starts[at]).toBeLessThanOrEqual(d);
        expect(starts[at + 1] ?? Infinity).toBeGreaterThan(d);
      }),
    );
  });
});

describe('the mean distance of texts', () => {
  it.each<[string, TextDistances, string]>([
    ['nothing', distancesOf([]), 'no_data'],
    ['nothing but failures', distancesOf([], { failed: 900 }), 'no_data'],
    ['texts that are near', like(300, 0.05), 'pass'],
    ['texts that are far', like(60, 0.4), 'fail'],
    ['texts at the bound', like(2_000, 0.15), 'undecided'],
    ['a few texts', like(4, 0.05), 'undecided'],
    ['the same texts', distancesOf([], { same: 200 }), 'pass'],
    ['a version that is silent', distancesOf([], { opposite: 20 }), 'fail'],
    ['near texts, but as many failures', { ...like(300, 0.05), failed: 300 }, 'undecided'],
    ['far texts, but twice as many failures', { ...like(60, 0.4), failed: 120 }, 'undecided'],
    ['bins that nobody knows', { ...distancesOf([]), bins: { other: 500, '0.00013': 9 } }, 'undecided'],
  ])('%s: %j %s', (_what, given, verdict) => {
    expect(judgeTextDistance(given, 0.15, BUDGET).verdict).toBe(verdict);
  });

  const several = fc.array(distance, { minLength: 1, maxLength: 200 });
  const bound = fc.double({ min: 0.02, max: 1.9, noNaN: true });

  it('has the estimate in its interval, and the interval agrees with the verdict', () => {
    fc.assert(
      fc.property(several, bound, fc.nat(20), (values, max, failed) => {
        const { verdict, estimate, interval } = judgeTextDistance(
          distancesOf(values, { failed }),
          max,
          BUDGET,
        );
        const [lower, upper] = [interval.lower ?? 0, interval.upper ?? MOST_DISTANCE];
        expect(lower).toBeLessThanOrEqual((estimate ?? 0) + 1e-4);
        expect(upper).toBeGreaterThanOrEqual((estimate ?? 0) - 1e-4);
        if (verdict === 'fail') expect(lower).toBeGreaterThanOrEqual(max);
        if (verdict === 'pass') expect(upper).toBeLessThanOrEqual(max);
        if (verdict === 'undecided') {
          expect(lower).toBeLessThanOrEqual(max + 1e-4);
          expect(upper).toBeGreaterThanOrEqual(max - 1e-4);
        }
      }),
    );
  });

  it('is never brought nearer to a verdict by a failure, nor by a bin that nobody knows', () => {
    fc.assert(
      fc.property(
        several,
        bound,
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        (values, max, more, asBin) => {
          const given = distancesOf(values);
          const bins: Bins = { ...given.bins, other: more };
          const before = judgeTextDistance(given, max, BUDGET).verdict;
          const after = judgeTextDistance(
            { ...given, ...(asBin ? { bins } : { failed: more }) },
            max,
            BUDGET,
          ).verdict;
          expect(RANK[after]).toBeLessThanOrEqual(RANK[before]);
          if (RANK[after] === 2) expect(after).toBe(before);
        },
      ),
    );
  });

  it('a pair that is farther apart never helps the candidate', () => {
    fc.assert(
      fc.property(several, distance, bound, ([first = 0, ...rest], other, max) => {
        const [near, far] = [Math.min(first, other), Math.max(first, other)];
        const evidenceOf = (d: number) => judgeTextDistance(distancesOf([d, ...rest]), max, BUDGET).evidence;
        const [before, after] = [evidenceOf(near), evidenceOf(far)];
        expect(after?.harm ?? 0).toBeGreaterThanOrEqual(before?.harm ?? 0);
        expect(after?.safety ?? 0).toBeLessThanOrEqual(before?.safety ?? 0);
      }),
    );
  });
});

/** At the very edge, with a look after every pair: the share of streams that ever err is at most what the budget says. */
describe('how often it errs', () => {
  const STREAMS = Number(process.env['COVERAGE_STREAMS'] ?? 200);

  it.each<[string, number, (u: number) => number]>([
    ['distances that vary little', 21, (u) => 0.1 + 0.1 * u],
    ['a few that are far', 22, (u) => (u < 0.1 ? 1.5 : 0)],
  ])('%s: at most its budget, on either side', (_what, seed, draw) => {
    const random = seededRandom(seed);
    const [ALPHA, MAX] = [0.05, 0.15];
    const erred = { pass: 0, fail: 0 };
    for (let i = 0; i < STREAMS; i++) {
      const bins: Record<string, number> = {};
      const hasErred = { pass: false, fail: false };
      for (let n = 0; n < 100; n++) {
        const bin = distanceBin(draw(random()));
        bins[bin] = (bins[bin] ?? 0) + 1;
        const { harmAt, safetyAt } = textDistanceEvidence({ bins, same: 0, opposite: 0, failed: 0 });
        hasErred.fail ||= harmAt(MAX / MOST_DISTANCE) >= Math.log(1 / ALPHA);
        hasErred.pass ||= safetyAt(MAX / MOST_DISTANCE) >= Math.log(1 / ALPHA);
      }
      if (hasErred.pass) erred.pass++;
      if (hasErred.fail) erred.fail++;
    }
    expect(erred.pass / STREAMS).toBeLessThanOrEqual(ALPHA);
    expect(erred.fail / STREAMS).toBeLessThanOrEqual(ALPHA);
  });
});

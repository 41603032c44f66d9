import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeQuantileIncrease, judgeRateIncrease, judgeRateMinimum, sketchOf, type Rate } from './index.ts';
import { seededRandom } from './seeded-random.fixture.ts';

const of = (successes: number, trials: number): Rate => ({ successes, trials });

describe('an increase of a rate', () => {
  it.each([
    ['nothing seen', of(0, 0), of(0, 0), 'no_data'],
    ['only the primary seen', of(0, 0), of(0, 500), 'no_data'],
    ['a few clean answers prove nothing', of(0, 20), of(0, 500), 'undecided'],
    ['thousands of clean answers', of(0, 3_000), of(0, 3_000), 'pass'],
    ['every request fails', of(20, 20), of(0, 500), 'fail'],
    ['both arms fail alike', of(200, 1_000), of(200, 1_000), 'undecided'],
    ['candidate fails 20 % at 1 % traffic', of(12, 60), of(60, 6_000), 'fail'],
  ])('%s', (_name, candidate, primary, verdict) => {
    expect(judgeRateIncrease(candidate, primary, 0.01, 0.05).verdict).toBe(verdict);
  });

  it('never passes with the counts of a fail, whatever the counts', () => {
    const rate = fc.tuple(fc.nat(3_000), fc.nat(3_000)).map(([a, b]) => of(Math.min(a, b), Math.max(a, b)));
    fc.assert(
      fc.property(rate, rate, fc.double({ min: 0, max: 0.2, noNaN: true }), (c, p, margin) => {
        const { verdict, interval, estimate } = judgeRateIncrease(c, p, margin, 0.05);
        if (verdict === 'pass') expect(interval.upper).toBeLessThan(margin);
        if (verdict === 'fail') expect(interval.lower).toBeGreaterThan(margin);
        if (estimate !== null) {
          expect(interval.lower).toBeLessThanOrEqual(estimate);
          expect(interval.upper).toBeGreaterThanOrEqual(estimate);
        }
      }),
    );
  });

  it('does not roll back an equal candidate, looked at after every tenth request', () => {
    const random = seededRandom(4);
    let failed = 0;
    for (let stream = 0; stream < 60; stream++) {
      const c = { successes: 0, trials: 0 };
      const p = { successes: 0, trials: 0 };
      for (let i = 1; i <= 2_000; i++) {
        const arm = random() < 0.1 ? c : p;
        arm.trials++;
        if (random() < 0.01) arm.successes++;
        if (i % 10 === 0 && judgeRateIncrease(c, p, 0.01, 0.05).verdict === 'fail') {
          failed++;
          break;
        }
      }
    }
    expect(failed).toBeLessThanOrEqual(3);
  });
});

describe('a minimum of a rate', () => {
  it.each([
    [of(0, 0), 'no_data'],
    [of(5, 5), 'undecided'],
    [of(600, 600), 'pass'],
    [of(0, 20), 'fail'],
    [of(900, 1_000), 'undecided'],
  ])('%p -> %s', (rate, verdict) => expect(judgeRateMinimum(rate, 0.9, 0.05).verdict).toBe(verdict));
});

describe('an increase of a latency quantile', () => {
  const random = seededRandom(9);
  const sample = (n: number, scale: number): number[] =>
    Array.from({ length: n }, () => scale * (1 + 0.1 * random()));

  it.each([
    ['no data', 0, 1, 500, 1, 'no_data'],
    ['too few to bound p95', 20, 10, 500, 10, 'undecided'],
    ['as fast', 1_500, 10, 1_500, 10, 'pass'],
    ['three times as slow', 300, 30, 1_500, 10, 'fail'],
  ])('%s', (_name, nc, scaleC, np, scaleP, verdict) => {
    const judged = judgeQuantileIncrease(
      sketchOf(sample(nc, scaleC)),
      sketchOf(sample(np, scaleP)),
      0.95,
      { ratio: 1.25 },
      0.05,
    );
    expect(judged.verdict).toBe(verdict);
  });

  it('judges an absolute margin too', () => {
    const judged = judgeQuantileIncrease(
      sketchOf(sample(900, 12)),
      sketchOf(sample(900, 10)),
      0.95,
      { increase: 50 },
      0.05,
    );
    expect(judged.verdict).toBe('pass');
  });
});

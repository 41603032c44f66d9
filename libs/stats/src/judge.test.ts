import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  deflate,
  designEffect,
  independentRates,
  judgeDrift,
  judgeMeans,
  judgeQuantileIncrease,
  judgeRateIncrease,
  judgeRateMinimum,
  judgeRateRatio,
  judgeRatesApart,
  judgeSampleRatio,
  lnOverStrata,
  momentsOf,
  oneStratum,
  sketchOf,
  type Rate,
  totalOf,
  mergeMoments,
  type Moments,
  sparseMomentsOf,
} from './index.ts';

/** 60 at night. */
const STREAMS = process.env['COVERAGE_STREAMS'] === undefined ? 24 : 60;
const BUDGET = { harm: 0.05, safety: 0.05 };
const increase = (candidate: Rate, primary: Rate, ratio: number) =>
  judgeRateIncrease(oneStratum({ candidate, primary, ratio }), 0.01, BUDGET);
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
    const ratio = primary.trials === 0 ? 1 : Math.max(0.01, candidate.trials / primary.trials);
    expect(increase(candidate, primary, ratio).verdict).toBe(verdict);
    expect(judgeRatesApart(candidate, primary, 0.01, BUDGET).verdict).toBe(verdict);
  });

  it('never passes with the counts of a fail, whatever the counts', () => {
    const rate = fc.tuple(fc.nat(3_000), fc.nat(3_000)).map(([a, b]) => of(Math.min(a, b), Math.max(a, b)));
    fc.assert(
      fc.property(rate, rate, fc.double({ min: 0, max: 0.2, noNaN: true }), (c, p, margin) => {
        const arms = { candidate: c, primary: p, ratio: Math.max(c.trials, 1) / Math.max(p.trials, 1) };
        const { verdict, interval, estimate } = judgeRateIncrease(oneStratum(arms), margin, BUDGET);
        if (verdict === 'pass') expect(interval.upper).toBeLessThanOrEqual(margin);
        if (verdict === 'fail') expect(interval.lower).toBeGreaterThanOrEqual(margin);
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
    for (let stream = 0; stream < STREAMS; stream++) {
      const c = { successes: 0, trials: 0 };
      const p = { successes: 0, trials: 0 };
      for (let i = 1; i <= 2_000; i++) {
        const arm = random() < 0.1 ? c : p;
        arm.trials++;
        if (random() < 0.01) arm.successes++;
        if (i % 10 === 0 && increase(c, p, 1 / 9).verdict === 'fail') {
          failed++;
          break;
        }
      }
    }
    expect(failed).toBeLessThanOrEqual(STREAMS / 20);
  });
});

describe('a minimum of a rate', () => {
  it.each([
    [of(0, 0), 'no_data'],
    [of(5, 5), 'undecided'],
    [of(600, 600), 'pass'],
    [of(0, 20), 'fail'],
    [of(900, 1_000), 'undecided'],
  ])('%p -> %s', (rate, verdict) => expect(judgeRateMinimum(rate, 0.9, BUDGET).verdict).toBe(verdict));
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
      BUDGET,
    );
    expect(judged.verdict).toBe(verdict);
  });

  it('judges an absolute margin too', () => {
    const judged = judgeQuantileIncrease(
      sketchOf(sample(900, 12)),
      sketchOf(sample(900, 10)),
      0.95,
      { increase: 50 },
      BUDGET,
    );
    expect(judged.verdict).toBe('pass');
  });
});

describe('a ratio of rates, from the share of the bad ones', () => {
  it.each([
    ['nothing bad at all, of few', of(0, 100), of(0, 900), 'undecided'],
    ['nothing bad at all, of many', of(0, 3_000), of(0, 27_000), 'pass'],
    ['as many as its share', of(10, 1_000), of(90, 9_000), 'undecided'],
    ['half of them at a tenth of the traffic', of(10, 100), of(10, 900), 'fail'],
    ['none of many', of(0, 1_000), of(300, 9_000), 'pass'],
  ])('%s', (_name, candidate, primary, verdict) => {
    expect(judgeRateRatio({ candidate, primary, ratio: 1 / 9 }, 1.5, BUDGET).verdict).toBe(verdict);
  });
});

describe('means', () => {
  const random = seededRandom(5);
  const values = (n: number, mean: number) =>
    momentsOf(Array.from({ length: n }, () => mean + random() - 0.5));
  it.each([
    ['too few', 20, 1, 900, 1, 'undecided'],
    ['none', 0, 1, 900, 1, 'no_data'],
    ['alike', 900, 1, 900, 1, 'pass'],
    ['lower by more than is allowed', 900, 0.7, 900, 1, 'fail'],
    ['higher, where lower is worse', 900, 1.5, 900, 1, 'pass'],
    ['always the same value on both arms', 900, 1, 900, 1, 'pass'],
  ])('%s', (name, nc, mc, np, mp, verdict) => {
    const constant = name.startsWith('always');
    const make = (n: number, mean: number) =>
      constant ? momentsOf(Array<number>(n).fill(mean)) : values(n, mean);
    const strata = [{ candidate: make(nc, mc), primary: make(np, mp) }];
    const judged = judgeMeans(
      { harm: strata, safety: strata, most: { harm: 1, safety: 1 } },
      { worse: 'lower', by: 0.1 },
      BUDGET,
    );
    expect(judged.verdict).toBe(verdict);
    if (verdict === 'pass') expect(judged.interval.lower).toBeGreaterThan(-0.1);
    if (verdict === 'fail') expect(judged.interval.upper).toBeLessThan(-0.1);
  });
});

describe('strata', () => {
  it('add up, and forget a good time before the harm', () => {
    expect(lnOverStrata([2, 2, 2], 3)).toBeGreaterThan(5);
    expect(lnOverStrata([-500, -500, 6], 3)).toBeGreaterThan(4);
    expect(lnOverStrata([], 3)).toBe(0);
    expect(lnOverStrata([0], 5)).toBeCloseTo(0, 12);
  });

  it('are an average of products: their expectation is at most 1 when each has one of at most 1', () => {
    // Two fair coins, doubled or lost: over all outcomes the mean is exactly 1.
    const outcomes = [Math.log(2), -Infinity];
    const mean = outcomes
      .flatMap((a) => outcomes.map((b) => Math.exp(lnOverStrata([a, b], 2))))
      .reduce((sum, e) => sum + e / 4, 0);
    expect(mean).toBeCloseTo(1, 12);
  });

  it('do not fall for Simpson: a primary of the night and a candidate of the day', () => {
    const night = { candidate: of(2, 100), primary: of(198, 9_900), ratio: 1 / 99 };
    const day = { candidate: of(500, 5_000), primary: of(500, 5_000), ratio: 1 };
    const most = { harm: 2, safety: 2 };
    const strata = { harm: [night, day], safety: [night, day], most };
    expect(judgeRateIncrease(strata, 0.01, BUDGET).verdict).not.toBe('fail');
    const pooled = { candidate: of(502, 5_100), primary: of(698, 14_900), ratio: 5_100 / 14_900 };
    expect(judgeRateIncrease(oneStratum(pooled), 0.01, BUDGET).verdict).toBe('fail');
  });
});

describe('the design effect', () => {
  const groups = (n: number) => Object.fromEntries(Array.from({ length: 32 }, (_g, i) => [String(i), n]));
  it('is 1 for failures spread evenly, and large when one unit has them all', () => {
    expect(designEffect(groups(100), groups(5))).toBe(1);
    expect(designEffect(groups(100), { '3': 90 })).toBeGreaterThan(10);
    expect(designEffect({}, {})).toBe(1);
    expect(deflate(of(10, 100), 5)).toEqual(of(2, 20));
  });

  const arm = (requests: Record<string, number>, rate: number, bad?: Record<string, number>) => {
    const all = Object.entries(requests).map(([g, n]) => [g, Math.round(n * rate)] as const);
    const failed = bad ?? Object.fromEntries(all);
    return { rate: of(totalOf(failed), totalOf(requests)), requests, bad: failed };
  };
  const primary = arm(groups(300), 0.01);

  it('counts a unit that fails by itself as one request for harm, in full for safety', () => {
    const busy = arm({ ...groups(10), '7': 90 }, 0, { '7': 90, '2': 1 });
    const rates = independentRates(busy, primary);
    expect(rates.countedAsOne).toBe(1);
    expect(rates.harm.candidate).toEqual(of(2, 311));
    expect(rates.harm.primary).toEqual(of(31 * 3, 31 * 300));
    expect(rates.safety.candidate.successes / rates.safety.candidate.trials).toBeCloseTo(91 / 400);
  });

  it('hides no version that fails for a few units or for all, however uneven they are', () => {
    const uneven = { '1': 200, '2': 100, '3': 50, '4': 9, '5': 3 };
    for (const requests of [uneven, groups(1), groups(4), { ...groups(2), '9': 400 }]) {
      const { harm } = independentRates(arm(requests, 0.9), primary);
      const judged = judgeRateIncrease(oneStratum({ ...harm, ratio: 0.1 }), 0.01, BUDGET);
      expect(judged.verdict).toBe('fail');
    }
    // What a single unit sees may be that unit's doing: neither harm nor safety is proven.
    const { harm, safety } = independentRates(arm({ '4': 500 }, 1), primary);
    expect([harm.candidate, safety.candidate.trials]).toEqual([of(1, 1), 500]);
  });
});

describe('sample ratio and drift', () => {
  it.each([
    [100, 900, 'pass'],
    [300, 700, 'fail'],
    [0, 0, 'no_data'],
  ])('%d and %d where 10 %% were declared: %s', (c, p, verdict) =>
    expect(judgeSampleRatio(c, p, 0.1, BUDGET).verdict).toBe(verdict),
  );

  const what = { trial: 'now', reference: 'then', fixed: true };
  it.each([
    [{ a: 50, b: 40 }, 'undecided'],
    [{}, 'no_data'],
    [{ a: 5_000, b: 5_000 }, 'pass'],
    [{ a: 500, c: 9_500 }, 'fail'],
  ])('%p against halves: %s', (bins, verdict) =>
    expect(judgeDrift(bins as Record<string, number>, { a: 500, b: 500 }, 0.2, BUDGET, what).verdict).toBe(
      verdict,
    ),
  );
});

describe('means of what most have none of', () => {
  const of = (values: readonly number[]) => mergeMoments(values.map(sparseMomentsOf));
  const budget = { harm: 0.02, safety: 0.05 };
  const judged = (candidate: Moments, primary: Moments) => {
    const strata = [{ candidate, primary }];
    return judgeMeans(
      { harm: strata, safety: strata, most: { harm: 1, safety: 1 } },
      { worse: 'lower', by: 1 },
      budget,
    );
  };
  const zeros = (n: number): number[] => Array.from({ length: n }, () => 0);

  it('fifty zeros against fifty zeros are no proof of safety', () => {
    const verdict = judged(of(zeros(500)), of(zeros(500)));
    expect(verdict.verdict).toBe('undecided');
    expect(verdict.because).toContain('0 and 0 are not 0');
    // Enough purchases on each arm are one.
    const sold = [...zeros(480), ...Array.from({ length: 20 }, () => 5)];
    expect(judged(of(sold), of(sold)).verdict).toBe('pass');
  });

  it('nothing sold at all, where the primary sells, is harm', () => {
    const sells = Array.from({ length: 500 }, (_v, i) => (i % 4 === 0 ? 20 : 0));
    expect(judged(of(zeros(500)), of(sells)).verdict).toBe('fail');
  });

  it('where the margin is a multiple of the primary, its error counts that many times', () => {
    const times = { n: 400, mean: 100, m2: 400 * 40 ** 2 };
    const at = (ratio: number | undefined) => {
      const strata = [{ candidate: { ...times, mean: 210 }, primary: times }];
      const margin = { worse: 'higher', by: 100, ...(ratio && { ratio }) } as const;
      return judgeMeans({ harm: strata, safety: strata, most: { harm: 1, safety: 1 } }, margin, budget)
        .evidence;
    };
    // var_c + 2² var_p, not var_c + var_p.
    expect(at(2)?.harm ?? 9).toBeLessThan(at(undefined)?.harm ?? 0);
  });
});

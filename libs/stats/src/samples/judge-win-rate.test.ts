import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeWinRate, lnWinRateEvidence, type PairOutcomes } from '../index.ts';
import { seededRandom } from '../seeded-random.fixture.ts';

const BUDGET = { harm: 0.02, safety: 0.05 };
const none: PairOutcomes = { wins: 0, ties: 0, losses: 0, failed: 0 };
const judged = (given: Partial<PairOutcomes>, min = 0.45) => judgeWinRate({ ...none, ...given }, min, BUDGET);

const outcomes = fc.record({
  wins: fc.nat(400),
  ties: fc.nat(400),
  losses: fc.nat(400),
  failed: fc.nat(200),
});
const mean = fc.double({ min: 0.05, max: 0.95, noNaN: true });
const swapped = ({ wins, losses, ...rest }: PairOutcomes): PairOutcomes => ({
  ...rest,
  wins: losses,
  losses: wins,
});
/** How near a verdict is. */
const RANK = { no_data: 0, undecided: 1, pass: 2, fail: 2 } as const;

describe('the win rate of pairs', () => {
  it.each<[string, Partial<PairOutcomes>, string]>([
    ['nothing', {}, 'no_data'],
    ['nothing but failures of the judge', { failed: 500 }, 'no_data'],
    ['a candidate that nearly always loses', { wins: 1, ties: 2, losses: 20 }, 'fail'],
    ['only ties: two versions that answer alike', { ties: 100 }, 'pass'],
    ['as many wins as losses', { wins: 600, ties: 100, losses: 600 }, 'pass'],
    ['a few pairs', { wins: 2, losses: 3 }, 'undecided'],
    ['a rate at the bound', { wins: 450, losses: 550 }, 'undecided'],
    ['losses, but as many failures', { losses: 20, failed: 20 }, 'undecided'],
    ['wins, but as many failures', { wins: 20, failed: 20 }, 'undecided'],
  ])('%s: %s', (_what, given, verdict) => {
    expect(judged(given).verdict).toBe(verdict);
  });

  it('says what the judge failed on', () => {
    expect(judged({ failed: 7 }).because).toContain('failed on all 7');
    expect(judged({ ties: 100, failed: 3 }).because).toContain('the judge failed on 3');
  });

  it('has the estimate in its interval, and the interval agrees with the verdict', () => {
    fc.assert(
      fc.property(outcomes, mean, (given, min) => {
        const { verdict, estimate, interval } = judgeWinRate(given, min, BUDGET);
        const [lower, upper] = [interval.lower ?? 0, interval.upper ?? 1];
        if (estimate !== null) {
          expect(lower).toBeLessThanOrEqual(estimate + 1e-5);
          expect(upper).toBeGreaterThanOrEqual(estimate - 1e-5);
        }
        if (verdict === 'fail') expect(upper).toBeLessThanOrEqual(min);
        if (verdict === 'pass') expect(lower).toBeGreaterThanOrEqual(min);
        if (verdict === 'undecided') {
          expect(lower).toBeLessThanOrEqual(min + 1e-5);
          expect(upper).toBeGreaterThanOrEqual(min - 1e-5);
        }
      }),
    );
  });

  it('is never brought nearer to a verdict by a failure of the judge', () => {
    fc.assert(
      fc.property(outcomes, mean, fc.integer({ min: 1, max: 100 }), (given, min, more) => {
        const before = judgeWinRate(given, min, BUDGET).verdict;
        const after = judgeWinRate({ ...given, failed: given.failed + more }, min, BUDGET).verdict;
        expect(RANK[after]).toBeLessThanOrEqual(RANK[before]);
        if (RANK[after] === 2) expect(after).toBe(before);
      }),
    );
  });

  it('a loss in place of a win never helps the candidate', () => {
    fc.assert(
      fc.property(outcomes, mean, (given, min) => {
        fc.pre(given.wins > 0);
        const worse = { ...given, wins: given.wins - 1, losses: given.losses + 1 };
        const [before, after] = [judgeWinRate(given, min, BUDGET), judgeWinRate(worse, min, BUDGET)];
        expect(after.evidence?.harm ?? 0).toBeGreaterThanOrEqual(before.evidence?.harm ?? 0);
        expect(after.evidence?.safety ?? 0).toBeLessThanOrEqual(before.evidence?.safety ?? 0);
      }),
    );
  });

  it('is the same question the other way round, with the two versions exchanged', () => {
    fc.assert(
      fc.property(outcomes, mean, (given, m) => {
        const one = lnWinRateEvidence(given, m, 'above');
        const other = lnWinRateEvidence(swapped(given), 1 - m, 'below');
        expect(other).toBeCloseTo(one, 6);
      }),
    );
  });
});

/**
 * At the very edge of the hypothesis, with a look after every pair: the share of streams that ever err is at most alpha.
 * 500 streams know it to a standard error of 1 point; the method errs less than it may by more than that.
 */
describe('how often it errs', () => {
  const ALPHA = 0.05;
  const LIMIT = Math.log(1 / ALPHA);
  const STREAMS = Number(process.env['COVERAGE_STREAMS'] ?? 500);
  const PAIRS = 200;

  it.each<[string, number, number, number]>([
    ['no ties', 0.45, 0, 11],
    ['half ties', 0.45, 0.5, 12],
    ['nearly all ties', 0.49, 0.95, 13],
    ['a low bound', 0.1, 0.1, 14],
  ])('%s: at most alpha, on either side', (_what, min, ties, seed) => {
    const random = seededRandom(seed);
    // The mean is the bound: ties/2 + wins = min.
    const win = min - ties / 2;
    expect(win).toBeGreaterThanOrEqual(0);
    const erred = { below: 0, above: 0 };
    for (let i = 0; i < STREAMS; i++) {
      const sums = { wins: 0, ties: 0, losses: 0 };
      const rejected = { below: false, above: false };
      for (let n = 0; n < PAIRS; n++) {
        const u = random();
        if (u < win) sums.wins++;
        else if (u < win + ties) sums.ties++;
        else sums.losses++;
        for (const side of ['below', 'above'] as const)
          rejected[side] ||= lnWinRateEvidence(sums, min, side) >= LIMIT;
      }
      if (rejected.below) erred.below++;
      if (rejected.above) erred.above++;
    }
    expect(erred.below / STREAMS).toBeLessThanOrEqual(ALPHA);
    expect(erred.above / STREAMS).toBeLessThanOrEqual(ALPHA);
  });

  it('finds a candidate that loses three of four within some tens of pairs, and passes an equal one', () => {
    const random = seededRandom(15);
    const until = (win: number, tie: number): { verdict: string; pairs: number } => {
      const sums = { ...none };
      for (let pairs = 1; pairs <= 2_000; pairs++) {
        const u = random();
        const what = u < win ? 'wins' : u < win + tie ? 'ties' : 'losses';
        const next = { ...sums, [what]: sums[what] + 1 };
        Object.assign(sums, next);
        const { verdict } = judgeWinRate(sums, 0.4, BUDGET);
        if (verdict !== 'undecided') return { verdict, pairs };
      }
      return { verdict: 'undecided', pairs: 2_000 };
    };
    const bad = Array.from({ length: 20 }, () => until(0.2, 0.1));
    const equal = Array.from({ length: 20 }, () => until(0.25, 0.5));
    expect(bad.map((one) => one.verdict)).toEqual(bad.map(() => 'fail'));
    expect(bad.map((one) => one.pairs).sort((a, b) => a - b)[10]).toBeLessThan(100);
    expect(equal.map((one) => one.verdict)).toEqual(equal.map(() => 'pass'));
  });
});

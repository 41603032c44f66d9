import { describe, expect, it } from '@jest/globals';
import {
  besideMultiple,
  judgeRateIncrease,
  lnMultipleEvidence,
  MULTIPLE_SHARE,
  type TwoArms,
  type VerdictKind,
} from '../index.ts';
import { seededRandom } from '../seeded-random.fixture.ts';

const STREAMS = Math.ceil(Number(process.env['COVERAGE_STREAMS'] ?? 2_000) / 5);
const ALPHA = 0.05;

/** How many of so many requests are bad, drawn by the gaps between them. */
function badAmong(random: () => number, requests: number, rate: number): number {
  if (rate === 0) return 0;
  let bad = 0;
  for (let at = 0; ; bad++) {
    at += Math.floor(Math.log(1 - random()) / Math.log(1 - rate)) + 1;
    if (at > requests) return bad;
  }
}

describe('bets on a multiple of the rate', () => {
  it.each([
    ['at 50 %', 1, () => 0.01],
    ['at 10 %', 1 / 9, () => 0.01],
    ['in a bake', 19, () => 0.002],
    ['while the base rate rises and falls', 1, (n: number) => (n % 4 < 2 ? 0.001 : 0.1)],
  ] as const)(
    'a candidate exactly at five times, %s: erred on in at most alpha of the streams',
    (_name, ratio, base) => {
      const random = seededRandom(51);
      let erred = 0;
      for (let i = 0; i < STREAMS; i++) {
        const arms = { candidate: { successes: 0, trials: 0 }, primary: { successes: 0, trials: 0 }, ratio };
        for (let n = 0; n < 40; n++) {
          const own = badAmong(random, 100, ratio / (1 + ratio));
          arms.candidate.trials += own;
          arms.primary.trials += 100 - own;
          arms.candidate.successes += badAmong(random, own, 5 * base(n));
          arms.primary.successes += badAmong(random, 100 - own, base(n));
          if (lnMultipleEvidence(arms, 5) < Math.log(1 / ALPHA)) continue;
          erred++;
          break;
        }
      }
      expect(erred / STREAMS).toBeLessThanOrEqual(ALPHA);
    },
  );

  it.each([0, 0.01, 0.03])('pairs exactly at five times, of which a share of %d fails both', (both) => {
    const random = seededRandom(53);
    let erred = 0;
    for (let i = 0; i < STREAMS; i++) {
      const paired = { onlyCandidate: 0, onlyPrimary: 0, both: 0, pairs: 0 };
      const rate = { successes: 0, trials: 1 };
      for (let n = 0; n < 40; n++) {
        paired.pairs += 100;
        paired.both += badAmong(random, 100, both);
        paired.onlyPrimary += badAmong(random, 100, 0.01);
        paired.onlyCandidate += badAmong(random, 100, 0.05 + 4 * both);
        const arms = { candidate: rate, primary: rate, ratio: 1, paired };
        if (lnMultipleEvidence(arms, 5) < Math.log(1 / ALPHA)) continue;
        erred++;
        break;
      }
    }
    expect(erred / STREAMS).toBeLessThanOrEqual(ALPHA);
  });
});

describe('a margin of one point, and five times from ten bad ones on', () => {
  const BUDGET = { harm: 0.017, safety: 0.05 };
  const judge = (arms: TwoArms, by: 'points' | 'both') => {
    const strata = { harm: [arms], safety: [arms], most: { harm: 1, safety: 1 } };
    if (by === 'points') return judgeRateIncrease(strata, 0.01, BUDGET);
    const points = judgeRateIncrease(strata, 0.01, { ...BUDGET, harm: BUDGET.harm * (1 - MULTIPLE_SHARE) });
    return besideMultiple(points, strata, 5, BUDGET.harm * MULTIPLE_SHARE);
  };
  /** How 40 streams at 50 % end, looked at every 1,000 requests. */
  const ends = (base: number, times: number, by: 'points' | 'both'): Partial<Record<VerdictKind, number>> => {
    const random = seededRandom(52);
    const counted: Partial<Record<VerdictKind, number>> = {};
    for (let i = 0; i < 40; i++) {
      const arms = { candidate: { successes: 0, trials: 0 }, primary: { successes: 0, trials: 0 }, ratio: 1 };
      let verdict: VerdictKind = 'undecided';
      for (let n = 0; n < 60 && verdict === 'undecided'; n++) {
        arms.candidate.trials += 500;
        arms.primary.trials += 500;
        arms.candidate.successes += badAmong(random, 500, base * times);
        arms.primary.successes += badAmong(random, 500, base);
        // The default policy's way has no fewer before it promotes.
        if (n >= 2) ({ verdict } = judge(arms, by));
      }
      counted[verdict] = (counted[verdict] ?? 0) + 1;
    }
    return counted;
  };

  it('fifty times 0.01 % is within a point, and found by the multiple', () => {
    expect(ends(0.0001, 50, 'points')).toEqual({ pass: 40 });
    expect(ends(0.0001, 50, 'both').fail).toBeGreaterThanOrEqual(34);
  });

  it.each([0.0001, 0.001, 0.01])('a candidate that is alike passes at %d as without it', (base) => {
    expect(ends(base, 1, 'both')).toEqual({ pass: 40 });
  });

  it('nothing fails by fewer than ten', () => {
    const arms = (bad: number): TwoArms => ({
      candidate: { successes: bad, trials: 400_000 },
      primary: { successes: 0, trials: 4_000_000 },
      ratio: 0.1,
    });
    expect(judge(arms(9), 'both').verdict).toBe('undecided');
    const failed = judge(arms(10), 'both');
    expect([failed.verdict, failed.because]).toEqual([
      'fail',
      '0.00% of 400000 against 0.0% of 4000000: more than the 5 times as many that are allowed (10 bad ones of the candidate, 0 of the primary in all)',
    ]);
    expect(failed.evidence?.harm).toBeGreaterThanOrEqual(failed.evidence?.harmNeeded ?? Infinity);
    expect(judge(arms(2), 'both').verdict).toBe('pass');
  });
});

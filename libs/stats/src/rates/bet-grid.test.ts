import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { betGrid, type Side } from './bet-grid.ts';
import { lnDifferenceEvidence } from './difference-bets.ts';
import { oracleGrowth, type Traffic } from './difference-oracle.fixture.ts';

const side = fc.constantFrom<Side>('above', 'below');
const inside = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const share = inside(0.001, 0.95);

describe('the grid of bets', () => {
  it('never gains on average while the hypothesis is true, nor loses all by one request', () => {
    fc.assert(
      fc.property(
        side,
        inside(-0.5, 0.5),
        share,
        inside(0, 1),
        inside(0, 1),
        (which, difference, w, q, slack) => {
          // Any pair of rates within the hypothesis, the edge too.
          const p =
            which === 'above'
              ? Math.max(0, q + difference - slack * slack)
              : Math.min(1, q + difference + slack * slack);
          fc.pre(p >= 0 && p <= 1 && (which === 'above' ? p <= q + difference : p >= q + difference));
          for (const bet of betGrid(difference, w / (1 - w), which)) {
            const factors = [bet.candidateBad, bet.candidateGood, bet.primaryBad, bet.primaryGood];
            expect(factors.every(Number.isFinite)).toBe(true);
            const [cb = 0, cg = 0, pb = 0, pg = 0] = factors.map(Math.exp);
            const average = w * (p * cb + (1 - p) * cg) + (1 - w) * (q * pb + (1 - q) * pg);
            expect(average).toBeLessThanOrEqual(1 + 1e-9);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('shares out one stake', () => {
    fc.assert(
      fc.property(side, inside(-0.9, 0.9), share, (which, difference, w) => {
        const shares = betGrid(difference, w / (1 - w), which).map((bet) => Math.exp(bet.lnShare));
        expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});

/** Requests until the evidence reaches `limit` when the counts are just what the rates say; `null`: never. */
function requestsUntil(
  limit: number,
  { candidate, primary, share: w }: Traffic,
  margin: number,
  which: Side,
) {
  const evidence = (n: number): number =>
    lnDifferenceEvidence(
      {
        candidate: { successes: n * w * candidate, trials: n * w },
        primary: { successes: n * (1 - w) * primary, trials: n * (1 - w) },
        ratio: w / (1 - w),
      },
      margin,
      which,
    );
  let [low, high] = [1, 1];
  while (evidence(high) < limit) {
    [low, high] = [high, 2 * high];
    if (high > 1e9) return null;
  }
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (evidence(middle) < limit) low = middle;
    else high = middle;
  }
  return high;
}

const SHARES = [0.01, 0.1, 0.5, 0.8];
const times = (traffic: Traffic, margin: number, which: Side, limit: number): number => {
  const least = limit / oracleGrowth(traffic, margin, which);
  return (requestsUntil(limit, traffic, margin, which) ?? Infinity) / least;
};

describe('whatever happens how often, and with any margin and share', () => {
  it.each([0.001, 0.005, 0.01, 0.02, 0.05])(
    'two arms alike are proven to be within %d of each other, in 2.4 times the requests of one who knows the rates',
    (margin) => {
      const bases = [0.0001, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.95].filter(
        // Beyond, there is nothing to prove: no rate is above 1; and below, a million requests are too few.
        (base) => base + margin < 0.99 && base * (1 - base) < margin * 60,
      );
      for (const base of bases)
        for (const w of SHARES) {
          const traffic = { candidate: base, primary: base, share: w };
          const found = times(traffic, margin, 'below', Math.log(20));
          expect({ base, w, isSoon: found <= 2.4, found }).toEqual({ base, w, isSoon: true, found });
        }
    },
  );

  it.each([
    [0.01, 0.05, 0.01],
    [0.01, 0.2, 0.01],
    [0.001, 0.02, 0.01],
    [0.1, 0.2, 0.01],
    [0.3, 0.4, 0.01],
    [0.7, 0.8, 0.01],
    [0.9, 0.95, 0.01],
    [0.95, 0.975, 0.01],
    [0.97, 0.99, 0.005],
    [0.9, 0.93, 0],
    [0.99, 0.995, 0],
    [0.04, 0.06, -0.005],
  ])(
    '%d of the primary against %d of the candidate, %d allowed: harm likewise',
    (primary, candidate, margin) => {
      for (const w of SHARES) {
        const found = times({ candidate, primary, share: w }, margin, 'above', Math.log(44));
        expect({ w, isSoon: found <= 2.4, found }).toEqual({ w, isSoon: true, found });
      }
    },
  );
});

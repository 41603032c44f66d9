import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Side } from '../rates/bet-grid.ts';
import { lnDifferenceEvidence } from '../rates/difference-bets.ts';
import { exceedanceGrid, lnExceedanceEvidence } from './exceedance-bets.ts';

const side = fc.constantFrom<Side>('above', 'below');
const inside = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const quantile = fc.constantFrom(0.5, 0.95, 0.99);

describe('bets on what is longer than usual', () => {
  it('never gain on average while both are longer equally often, or the candidate on its better side, however often that is', () => {
    fc.assert(
      fc.property(quantile, side, inside(0.001, 0.95), inside(0, 1), inside(0, 1), (q, which, w, p, less) => {
        const candidate = which === 'above' ? p * (1 - less) : p + (1 - p) * less;
        for (const bet of exceedanceGrid(q, w / (1 - w), which)) {
          const factors = [bet.candidateBad, bet.candidateGood, bet.primaryBad, bet.primaryGood].map(
            Math.exp,
          );
          const [cb = 0, cg = 0, pb = 0, pg = 0] = factors;
          const average = w * (candidate * cb + (1 - candidate) * cg) + (1 - w) * (p * pb + (1 - p) * pg);
          expect(average).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  it('share out one stake', () => {
    fc.assert(
      fc.property(quantile, side, inside(0.001, 0.95), (q, which, w) => {
        const shares = exceedanceGrid(q, w / (1 - w), which).map((bet) => Math.exp(bet.lnShare));
        expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  /** Requests of both arms until the evidence reaches a hundred to one, when the counts are just what the rates say. */
  const until = (
    q: number,
    candidate: number,
    which: Side,
    evidence: typeof lnExceedanceEvidence,
  ): number => {
    for (let n = 20; n < 1e6; n *= 1.02) {
      const arms = {
        candidate: { successes: n * candidate, trials: n },
        primary: { successes: n * (1 - q), trials: n },
        ratio: 1,
      };
      if (evidence(arms, q, which) >= Math.log(100)) return 2 * n;
    }
    return Infinity;
  };
  it.each([
    ['p95, 1.5 times as slow where 1.25 is allowed (log-normal, sigma 0.3)', 0.95, 0.15, 'above', 0.75],
    ['p95, the same with sigma 1', 0.95, 0.072, 'above', 0.8],
    ['p95, alike', 0.95, 0.0085, 'below', 0.7],
    ['p99, 3.5 % fifteen times as slow', 0.99, 0.035, 'above', 0.8],
    ['p99, alike', 0.99, 0.001, 'below', 0.7],
    ['p50, 1.5 times as slow', 0.5, 0.73, 'above', 0.75],
  ] as const)('find it sooner than those of a rate that nobody knows: %s', (_what, q, rate, which, most) => {
    const general: typeof lnExceedanceEvidence = (arms, _q, where) => lnDifferenceEvidence(arms, 0, where);
    const [own, before] = [until(q, rate, which, lnExceedanceEvidence), until(q, rate, which, general)];
    expect(own).toBeLessThanOrEqual(most * before);
  });
});

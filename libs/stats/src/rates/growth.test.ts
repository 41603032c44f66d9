import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeRateIncrease, oneStratum, type TwoArms } from '../index.ts';
import { seededRandom } from '../seeded-random.fixture.ts';
import { grown } from './growth.ts';

const BUDGET = { harm: 0.018, safety: 0.05 };
const judged = (arms: TwoArms) => judgeRateIncrease(oneStratum(arms), 0.01, BUDGET);

const arms = fc
  .record({
    n: fc.integer({ min: 50, max: 3_000 }),
    share: fc.constantFrom(0.01, 0.1, 0.5),
    base: fc.constantFrom(0, 0.001, 0.01, 0.05),
    more: fc.constantFrom(0, 0.005, 0.02, 0.1),
    unitSize: fc.constantFrom(1, 3, 20),
  })
  .map(({ n, share, base, more, unitSize }): TwoArms => {
    const ratio = share / (1 - share);
    const others = Math.round(n / ratio);
    return {
      candidate: { successes: Math.round(n * (base + more)), trials: n },
      primary: { successes: Math.round(others * base), trials: others },
      ...{ ratio, unitSize },
    };
  });

describe('requests that are still needed', () => {
  it('decide it, if it goes on as so far, and nine tenths of them do not', () => {
    fc.assert(
      fc.property(arms, (seen) => {
        const now = judged(seen);
        if (now.verdict !== 'undecided' || !now.requestsNeeded) return;
        const after = (requests: number) => {
          const [then] = grown([seen], 1 + requests / seen.candidate.trials);
          return then && judged(then).verdict;
        };
        expect(after(now.requestsNeeded + 1)).not.toBe('undecided');
        // What is foreseen is exact to a fiftieth of what was seen.
        expect(after(0.85 * now.requestsNeeded - seen.candidate.trials / 50)).toBe('undecided');
      }),
    );
  });

  it('come within a factor of three of what it takes, for good candidates, by what a tenth of it has shown', () => {
    const random = seededRandom(5);
    let [near, all] = [0, 0];
    for (let stream = 0; stream < 60; stream++) {
      const seen = { candidate: { successes: 0, trials: 0 }, primary: { successes: 0, trials: 0 }, ratio: 1 };
      const foreseen: [at: number, needed: number][] = [];
      for (let n = 1; n <= 20_000; n++) {
        const arm = random() < 0.5 ? seen.candidate : seen.primary;
        arm.trials++;
        if (random() < 0.01) arm.successes++;
        if (n % 100 !== 0) continue;
        const { verdict, requestsNeeded } = judged(seen);
        const at = seen.candidate.trials;
        if (verdict === 'undecided') foreseen.push([at, requestsNeeded ?? Infinity]);
        else {
          for (const [then, needed] of foreseen.filter(([early]) => early > at / 10 && early < at * 0.9)) {
            const ratio = (then + needed) / at;
            all++;
            if (ratio > 1 / 3 && ratio < 3) near++;
          }
          break;
        }
      }
    }
    expect(all).toBeGreaterThan(100);

    expect(near / all).toBeGreaterThan(0.75);
  });
});

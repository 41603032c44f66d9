import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { beforeNow, coarseBucket, EMPTY_TALLY, mergeBlocks, sliceAt, type Tally } from '#libs/stats';
import { parsePolicy } from '../policy/parse-policy.ts';
import { closedShare } from './closed-share.ts';
import type { FeedbackGate } from './exposures.ts';

const WINDOW = 60;
const HOUR = 3_600;
const START = 1_790_000_000_000;
const policy = parsePolicy({
  name: 'clicks',
  steps: [{ canary: { weight: '50%', minRequests: 100, maxDuration: '2h' } }],
  gates: [{ metric: 'feedback.click', maxDecrease: 0.02, window: `${WINDOW}s`, startPeriod: '0s' }],
});
const [gate, step] = [policy.gates[0] as FeedbackGate, policy.steps[0]!];

/** An arm with so many answers in each second, as evidence keeps them. */
function armOf(perSecond: readonly number[]): Tally {
  const blocks = perSecond.map((n, second) => ({
    [sliceAt(START + second * 1_000)]: n > 0 ? { [coarseBucket(20)]: n } : {},
  }));
  return {
    ...EMPTY_TALLY,
    requests: perSecond.reduce((sum, n) => sum + n, 0),
    blocks: { latency: mergeBlocks(blocks) },
  };
}
const at = (arms: readonly Tally[], seconds: number): number =>
  closedShare(gate, step, seconds * 1_000, arms);
/** Traffic that keeps its rate for some time, and then has another one. */
const traffic = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 0, max: 60 })), {
    minLength: 2,
    maxLength: 8,
  })
  .map((stretches) => stretches.flatMap(([seconds, rate]) => Array<number>(seconds).fill(rate)));

describe('the share of answers whose feedback has had its time', () => {
  // By the clock alone: traffic that had risen ten times was taken for closed to three quarters, of which a quarter was.
  it('is never more than there are such answers, however traffic rises and falls', () => {
    fc.assert(
      fc.property(traffic, traffic, (one, other) => {
        const seconds = Math.max(one.length, other.length);
        // Both run to the end: of the last second each has an answer.
        const arms = [one, other].map((perSecond) => [
          ...perSecond,
          ...Array<number>(seconds - perSecond.length).fill(0),
          1,
        ]);
        const sum = (from: number, to: number): number =>
          arms.reduce((all, arm) => all + arm.slice(from, to).reduce((a, b) => a + b, 0), 0);
        const old = sum(0, Math.max(0, seconds + 1 - WINDOW)) / sum(0, seconds + 1);
        expect(at(arms.map(armOf), seconds + 1)).toBeLessThanOrEqual(old);
      }),
    );
  });

  // What was named before lay far before what came now, so all of it was taken for closed.
  it('is never more after the database’s clock was set back: of what came before it, how long it ran is known alone', () => {
    fc.assert(
      fc.property(traffic, traffic, fc.integer({ min: 61, max: 100_000 }), (before, since, by) => {
        const later = beforeNow(armOf(before), START + (before.length - by) * 1_000);
        const ago = (arm: readonly number[]): number =>
          arm.slice(0, Math.max(0, arm.length - WINDOW)).reduce((a, b) => a + b, 0);
        const all = [...before, ...since].reduce((a, b) => a + b, 0);
        const [old = EMPTY_TALLY, now = EMPTY_TALLY] = [
          later,
          armOf([...Array<number>(before.length).fill(0), ...since]),
        ];
        fc.pre(by > before.length + 61);
        expect(at([old, now], before.length + since.length)).toBeLessThanOrEqual(
          (ago(before) + ago(since)) / all,
        );
      }),
      // Traffic that had risen just before.
      {
        examples: [
          [[...Array<number>(100).fill(1), ...Array<number>(60).fill(60)], Array<number>(100).fill(1), HOUR],
        ],
      },
    );
  });

  it('of even traffic is nearly what the clock says, and what it says where slices are not known', () => {
    for (const seconds of [2, 3, 5, 8, 20].map((windows) => windows * WINDOW)) {
      const unknown = at([{ ...EMPTY_TALLY, requests: 100 }], seconds);
      const known = at([armOf(Array<number>(seconds).fill(5))], seconds);
      expect(known).toBeLessThanOrEqual(unknown);
      expect(known).toBeGreaterThan(unknown - 0.13);
    }
  });
});

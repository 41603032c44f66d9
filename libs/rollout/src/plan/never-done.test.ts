import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePolicy } from '../policy/parse-policy.ts';
import { slowSteps } from './never-done.ts';
import { planOf } from './plan.ts';

const policy = (canary: object, more: object = {}) =>
  parsePolicy({
    name: 'p',
    steps: [{ canary: { weight: '10%', minRequests: 100, maxDuration: '10m', ...canary } }],
    gates: [{ metric: 'error_rate', maxIncrease: 0.1 }],
    ...more,
  });

describe('steps that cannot be done at the traffic there is', () => {
  it('are named with figures, and what to do', () => {
    expect(slowSteps(policy({ minRequests: 1_000_000 }), 1)).toEqual([
      {
        pointer: '/steps/0/canary/minRequests',
        detail: expect.stringMatching(
          /^"Canary at 10%" takes 115d.* or longer for its 1000000 requests at 1 requests a second, and its maxDuration is 10m: it ends by its time \(pause\)\./,
        ),
      },
    ]);
    expect(slowSteps(policy({ minRequests: 60 }), 1)).toEqual([]);
  });

  it('are those whose least time is above their most, whatever the figures', () => {
    const figures = fc.record({
      weight: fc.integer({ min: 1, max: 99 }),
      minRequests: fc.integer({ min: 1, max: 1_000_000 }),
      minutes: fc.integer({ min: 1, max: 10_000 }),
      perSecond: fc.double({ min: 0.001, max: 10_000, noNaN: true }),
    });
    fc.assert(
      fc.property(figures, ({ weight, minRequests, minutes, perSecond }) => {
        const asked = policy({ weight: `${weight}%`, minRequests, maxDuration: `${minutes}m` });
        const takesMs = (minRequests / (perSecond * (weight / 100))) * 1_000;
        const isSlow = takesMs > minutes * 60_000 + 1;
        if (Math.abs(takesMs - minutes * 60_000) <= 1) return;
        expect(slowSteps(asked, perSecond).length).toBe(isSlow ? 1 : 0);
        // The same is in the plan.
        const [step] = planOf(asked, perSecond).steps;
        expect((step?.leastMs ?? 0) > (step?.mostMs ?? Infinity)).toBe(isSlow);
      }),
    );
  });

  it('of a ring nobody knows how many call', () => {
    const ring = { segments: ['staff'], percentage: '50%', minRequests: 1_000_000, maxDuration: '10m' };
    const asked = parsePolicy({
      name: 'p',
      steps: [{ canary: ring }, { canary: { weight: '10%', minRequests: 5, maxDuration: '10m' } }],
      gates: [{ metric: 'error_rate', maxIncrease: 0.1 }],
    });
    expect(slowSteps(asked, 1)).toEqual([]);
  });
});

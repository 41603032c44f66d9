import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dealArm, type Route } from '#libs/traffic';
import { parseKeptPolicy, parsePolicy, planOf, type Policy } from '../index.ts';

const ERRORS = { metric: 'error_rate', maxIncrease: 0.1 };
const canary = (points: number) => ({
  canary: { weight: `${points / 100}%`, minRequests: 10, maxDuration: '10m' },
});
const bake = (holdBack: number | null) => ({
  bake: { duration: '1m', ...(holdBack === null ? {} : { holdBack: `${holdBack / 100}%` }) },
});
const of = (weights: readonly number[], holdBack: number | null) => ({
  ...{ name: 'p', promoteWhen: 'notFailed', gates: [ERRORS] },
  steps: [...weights.map(canary), bake(holdBack)],
});

const isRefused = (document: unknown): boolean => {
  try {
    parsePolicy(document);
    return false;
  } catch {
    return true;
  }
};

/** Canaries that never shrink, many of them up to all or nearly all. */
const weights = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(5_000, 9_500, 9_501, 10_000)), {
    minLength: 1,
    maxLength: 3,
  })
  .map((some) => some.toSorted((a, b) => a - b));
const holdBack = fc.option(fc.oneof(fc.integer({ min: 0, max: 9_500 }), fc.constantFrom(500, 2_000, 5_000)));

/** Who answers a unit in a step, as its route says: the old version, or the one on trial. */
function answers({ steps }: Policy, stepIndex: number, hash: number): 'old' | 'new' {
  const step = steps[stepIndex];
  const at = { version: 1, url: 'http://127.0.0.1:9' } as unknown as NonNullable<Route['candidate']>;
  if (step?.kind === 'canary') {
    const { arm } = dealArm({ candidate: { ...at, mode: 'canary', weight: step.weight } }, hash, () => false);
    return arm === 'candidate' ? 'new' : 'old';
  }
  if (step?.kind !== 'bake' || step.holdBack === 0) return 'new';
  const held = { ...at, mode: 'canary' as const, weight: step.holdBack, heldBack: true };
  return dealArm({ candidate: held }, hash, () => false).arm === 'candidate' ? 'old' : 'new';
}

describe('who is held back in a bake', () => {
  it('has not had the new version: a unit that has it keeps it, whatever the policy, new or kept', () => {
    fc.assert(
      fc.property(weights, holdBack, fc.integer({ min: 0, max: 9_999 }), (given, held, hash) => {
        const document = of(given, held);
        for (const policy of [
          parseKeptPolicy(document),
          ...(isRefused(document) ? [] : [parsePolicy(document)]),
        ]) {
          const served = policy.steps.map((_, at) => answers(policy, at, hash));
          expect(served.join(' ')).not.toMatch(/new .*old/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is as many as asked for where they are left, and asking for more does not validate', () => {
    fc.assert(
      fc.property(weights, holdBack, (given, held) => {
        const left = 10_000 - (given.at(-1) ?? 0);
        const document = of(given, held);
        expect(isRefused(document)).toBe(held !== null && held > left);
        expect(parseKeptPolicy(document).steps.at(-1)).toMatchObject({
          holdBack: Math.min(held ?? 500, left),
        });
      }),
    );
  });

  it('is nobody after a canary of 100 %, and the plan says so', () => {
    expect(planOf(parsePolicy(of([5_000, 10_000], null))).text.join('\n')).toMatch(
      /nobody is held back on it \(a canary has given everybody the version\), so no gate rolls back/,
    );
  });
});

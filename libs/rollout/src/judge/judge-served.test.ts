import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, type Tally } from '#libs/stats';
import { decide, NO_STEP_EVIDENCE, parsePolicy, type Policy, type RolloutView } from '../index.ts';

/** Policies that ask nothing about errors. */
const GATES = [
  [],
  [{ metric: 'latency_p95', maxIncrease: 5 }],
  [{ metric: 'error_rate', maxIncrease: 0.05, dryRun: true }],
  [{ metric: 'agreement', min: 0.9, in: ['shadow'] }],
];
const policyWith = (gates: readonly unknown[], minRequests: number): Policy =>
  parsePolicy({
    name: 'test',
    steps: [{ canary: { weight: '50%', minRequests, maxDuration: '10m' } }],
    ...{ gates, promoteWhen: 'notFailed', onNoData: 'pause', onUndecided: 'pause' },
  });
const viewOf = (policy: Policy): RolloutView => ({
  state: 'running',
  ...{ stepIndex: 0, stepStartedAt: 0, clockStoppedAt: null, policy, hasPrimary: true },
  deployment: { state: 'ready', message: '' },
  ...{ checks: null, approvedBy: [], lastGoodPrimaryAt: null, blockedBy: null, overridesFreeze: false },
});
const tally = (requests: number, errors: number, why: string): Tally => ({
  ...EMPTY_TALLY,
  ...{ requests, errors, latency: { count: requests, buckets: { 0: requests } } },
  histograms: errors > 0 ? { failures: { [why]: errors }, replaced: { [why]: errors } } : {},
});

const reason = fc.constantFrom('4xx', '5xx', 'unreadable', 'timeout', 'unreachable', 'too_large', 'overload');
const seconds = fc.integer({ min: 1, max: 1_200 });

describe('a candidate that has served nobody', () => {
  it('is never promoted, whatever the policy asks for, how long it takes and how many requests there are', () => {
    const requests = fc.integer({ min: 0, max: 2_000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...GATES),
        fc.integer({ min: 1, max: 1_000 }),
        requests,
        reason,
        seconds,
        (gates, minRequests, many, why, after) => {
          const here = {
            ...NO_STEP_EVIDENCE,
            primary: tally(500, 0, why),
            candidate: tally(many, many, why),
          };
          const { kind } = decide(viewOf(policyWith(gates, minRequests)), { 0: here }, after * 1_000);
          expect(['hold', 'pause', 'rollback']).toContain(kind);
        },
      ),
    );
  });

  it.each([
    [30, 30, 'hold', 'the candidate has answered none of its 30 requests so far: unreadable 30'],
    [40, 40, 'pause', 'served: the candidate has answered 0 of its 40 requests: unreadable 40'],
    [100, 96, 'pause', 'served: the candidate has answered 4 of its 100 requests: unreadable 96'],
    [100, 95, 'promote', 'no gate has failed and the minima are met'],
  ])('%i requests, %i of them failed: %s', (requests, errors, kind, because) => {
    const here = {
      ...NO_STEP_EVIDENCE,
      ...{ primary: tally(100, 0, ''), candidate: tally(requests, errors, 'unreadable') },
    };
    expect(decide(viewOf(policyWith([], 10)), { 0: here }, 5_000)).toMatchObject({ kind, because });
  });

  it('is rolled back all the same where harm is proven', () => {
    const here = {
      ...NO_STEP_EVIDENCE,
      ...{ primary: tally(100, 0, ''), candidate: tally(100, 100, 'unreadable') },
    };
    const policy = policyWith([{ metric: 'error_rate', maxIncrease: 0.05 }], 10);
    expect(decide(viewOf(policy), { 0: here }, 5_000)).toMatchObject({ kind: 'rollback' });
  });
});

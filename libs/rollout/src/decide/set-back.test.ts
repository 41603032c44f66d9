import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY } from '#libs/stats';
import { decide, NO_STEP_EVIDENCE, parsePolicy, type RolloutView } from '../index.ts';

/*
 * A stored instant may be still to come: a clock that was ahead has written it, and was set back since. No window that begins at it is open
 * for as long as the clock had been ahead.
 */
const NOW = 1_700_000_000_000;
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** How far from now, in ms: by seconds and by days, on both sides. */
const apart = fc.oneof(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -300_000, max: 300_000 }));
const policyOf = (more: object) =>
  parsePolicy({
    ...{ name: 'p', steps: [{ canary: { weight: '50%', minRequests: 100, maxDuration: '1d' } }] },
    gates: [{ metric: 'error_rate', maxIncrease: 0.02, startPeriod: '30s' }],
    ...more,
  });
const VIEW: RolloutView = {
  ...{ state: 'pending', stepIndex: 0, stepStartedAt: null, clockStoppedAt: null, policy: policyOf({}) },
  ...{ hasPrimary: true, deployment: { state: 'ready', message: '' }, checks: null, approvedBy: [] },
  ...{ lastGoodPrimaryAt: null, blockedBy: null, overridesFreeze: false },
};

describe('an instant that is still to come', () => {
  it('opens no rollback window', () => {
    fc.assert(
      fc.property(apart, fc.integer({ min: 1, max: 100 }), (seconds, hours) => {
        const lastGoodPrimaryAt = NOW - seconds * SECOND;
        const policy = policyOf({ rollbackWindow: `${hours}h` });
        const { kind } = decide({ ...VIEW, policy, lastGoodPrimaryAt }, {}, NOW);
        const isWithin = seconds >= -1 && seconds * SECOND < hours * HOUR;
        expect([seconds, kind]).toEqual([seconds, isWithin ? 'promote' : 'advance']);
      }),
      { numRuns: 500 },
    );
  });

  it('begins no start period: what a route of then does to callers is acted on', () => {
    const tally = (errors: number) => ({ ...EMPTY_TALLY, requests: 4_000, errors });
    const evidence = [{ ...NO_STEP_EVIDENCE, primary: tally(0), candidate: tally(4_000) }];
    fc.assert(
      fc.property(apart, (seconds) => {
        const routedAt = NOW - seconds * SECOND;
        const { kind } = decide({ ...VIEW, state: 'running', routedAt }, { ...evidence }, NOW);
        const isInStart = seconds >= -1 && seconds < 30;
        expect([seconds, kind === 'rollback']).toEqual([seconds, !isInStart]);
      }),
      { numRuns: 500 },
    );
  });
});

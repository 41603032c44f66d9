import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, sketchOf, type Tally } from '#libs/stats';
import { decide, NO_STEP_EVIDENCE, parsePolicy, type RolloutView } from '../index.ts';

const START = 1_700_000_000_000;
const good: Tally = {
  ...{ ...EMPTY_TALLY, requests: 4_000, compared: 4_000, agreed: 4_000 },
  latency: sketchOf(Array<number>(4_000).fill(20)),
};
const step = { ...NO_STEP_EVIDENCE, primary: good, candidate: good, shadow: good };

it('every step ends, however long the start period that a gate asks for', () => {
  const seconds = fc.integer({ min: 1, max: 10_000 });
  fc.assert(
    fc.property(seconds, seconds, fc.constantFrom(0, 1, 2), (asked, lasts, stepIndex) => {
      const most = { minRequests: 10, maxDuration: `${lasts}s` };
      const policy = parsePolicy({
        ...{ name: 'late', promoteWhen: 'proven' },
        gates: [{ metric: 'error_rate', maxIncrease: 0.1, startPeriod: `${asked}s` }],
        steps: [
          { shadow: { sample: '100%', ...most } },
          { canary: { weight: '50%', ...most } },
          { bake: { duration: `${lasts}s`, holdBack: '50%' } },
        ],
      });
      const view: RolloutView = {
        ...{ state: stepIndex === 2 ? 'baking' : 'running', stepIndex, stepStartedAt: START, policy },
        ...{ hasPrimary: true, deployment: { state: 'ready', message: '' }, checks: null, approvedBy: [] },
        ...{ clockStoppedAt: null, lastGoodPrimaryAt: null, blockedBy: null, overridesFreeze: false },
      };
      const { kind } = decide(view, { [stepIndex]: step }, START + lasts * 1_000);
      expect(kind).toBe(stepIndex === 1 ? 'promote' : 'advance');
    }),
    { numRuns: 60 },
  );
});

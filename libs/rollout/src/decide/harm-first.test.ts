import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { blocksAtOnce, EMPTY_TALLY, MEASURE, sketchOf, type Tally } from '#libs/stats';
import {
  decide,
  nextTransition,
  NO_STEP_EVIDENCE,
  parsePolicy,
  type Evidence,
  type RolloutView,
} from '../index.ts';

const policy = parsePolicy({
  name: 'masked',
  steps: [
    { shadow: { sample: '100%', minRequests: 100, maxDuration: '1h' } },
    { canary: { weight: '10%', minRequests: 100, maxDuration: '1h' } },
    { approval: { approvers: 2 } },
    { bake: { duration: '10m', holdBack: '5%' } },
  ],
  gates: [
    { metric: 'error_rate', maxIncrease: 0.01 },
    { metric: 'input_drift', max: 0.25 },
  ],
});
const [CANARY, APPROVAL, BAKE] = [1, 2, 3];
const profile = { histograms: { 'input.country': { de: 5_000, fr: 5_000 } } };
const START = 1_700_000_000_000;

interface World {
  /** Of the requests, those that fail, in the arm on trial and in the other. */
  readonly bad: number;
  readonly good: number;
  /** The inputs are not those of the training data any more. */
  readonly hasDrifted: boolean;
  /** Where answers can be read, by the output spec. */
  readonly isRead: boolean;
}
function arm(requests: number, failing: number, { hasDrifted, isRead }: World): Tally {
  const groups = Array.from({ length: 32 }, (_, i) => String(i));
  const each = (many: number): Record<string, number> =>
    Object.fromEntries(groups.map((group) => [group, Math.floor(many / groups.length)]));
  const errors = Math.floor((requests * failing) / groups.length) * groups.length;
  const german = Math.round(requests * (hasDrifted ? 0.95 : 0.5));
  return {
    ...{ ...EMPTY_TALLY, requests, errors, latency: sketchOf(Array<number>(requests).fill(20)) },
    histograms: {
      ...{ unit_requests: each(requests), unit_errors: each(errors) },
      'input.country': { de: german, fr: requests - german },
    },
    measures: isRead ? {} : { [MEASURE.schemaViolation]: { n: requests, mean: 1, m2: 0 } },
  };
}

const worlds = fc.record({
  bad: fc.double({ min: 0.3, max: 0.9, noNaN: true }),
  good: fc.double({ min: 0, max: 0.02, noNaN: true }),
  hasDrifted: fc.boolean(),
  isRead: fc.boolean(),
});
const standings = fc.constantFrom<Pick<RolloutView, 'state' | 'stepIndex'>>(
  { state: 'running', stepIndex: CANARY },
  { state: 'paused', stepIndex: CANARY },
  { state: 'awaiting_approval', stepIndex: APPROVAL },
  { state: 'paused', stepIndex: APPROVAL },
  { state: 'baking', stepIndex: BAKE },
);
function evidenceIn(stepIndex: number, world: World): Evidence {
  const isBake = stepIndex === BAKE;
  const requests = isBake ? { primary: 3_200, candidate: 320 } : { primary: 3_200, candidate: 640 };
  const on = isBake ? 'primary' : 'candidate';
  const of = (name: 'primary' | 'candidate'): Tally =>
    arm(requests[name], name === on ? world.bad : world.good, world);
  const step = { ...NO_STEP_EVIDENCE, primary: of('primary'), candidate: of('candidate') };
  const fine: World = { ...world, hasDrifted: false, isRead: true };
  const before = {
    ...NO_STEP_EVIDENCE,
    primary: arm(9_600, world.good, fine),
    candidate: arm(1_920, world.good, fine),
  };
  return isBake ? { [CANARY]: before, [BAKE]: step } : { [CANARY]: step };
}
const viewOf = (over: Partial<RolloutView>): RolloutView => ({
  ...{ state: 'running', stepIndex: CANARY, stepStartedAt: START, clockStoppedAt: null, policy },
  ...{ hasPrimary: true, deployment: { state: 'ready', message: '' }, checks: null, approvedBy: [] },
  ...{ lastGoodPrimaryAt: null, blockedBy: null, overridesFreeze: false, profile },
  ...over,
});

it('harm that is proven rolls back in every state with traffic, whatever else the evidence says', () => {
  fc.assert(
    fc.property(
      standings,
      worlds,
      fc.constantFrom([], ['anna'], ['anna', 'ben']),
      fc.constantFrom('ready' as const, 'not_ready' as const),
      fc.constantFrom(60_000, 599_000, 600_000, 3_600_000),
      fc.constantFrom([], ['input_drift: routing'], ['input_drift', 'output_spec', 'error_rate']),
      (standing, world, approvedBy, deployment, elapsed, acceptedFaults) => {
        const view = viewOf({
          ...standing,
          approvedBy,
          acceptedFaults,
          deployment: { state: deployment, message: 'so far' },
        });
        const { kind, because } = decide(view, evidenceIn(standing.stepIndex, world), START + elapsed);
        expect([kind, because.split(':')[0]]).toEqual(['rollback', 'error_rate']);
      },
    ),
    { numRuns: 80 },
  );
});

it('what is no harm still pauses, while the rollout runs', () => {
  const world: World = { bad: 0.01, good: 0.01, hasDrifted: true, isRead: true };
  const { kind } = decide(viewOf({}), evidenceIn(CANARY, world), START + 60_000);
  expect(kind).toBe('pause');
});

it('what a person has gone on in spite of does not pause again, another fault does', () => {
  const world: World = { bad: 0.01, good: 0.01, hasDrifted: true, isRead: true };
  const paused = decide(viewOf({}), evidenceIn(CANARY, world), START + 60_000);
  const fault = paused.kind === 'pause' ? (paused.fault ?? '') : '';
  expect(fault).toMatch(/^input_drift: the world, /);
  const accepted = { acceptedFaults: [fault] };
  const goesOn = decide(viewOf(accepted), evidenceIn(CANARY, world), START + 60_000);
  expect(goesOn.kind).not.toBe('pause');
  expect(goesOn.because).not.toMatch(/every gate has passed|no gate has failed/);
  // Another fault of the same gate was not accepted.
  const other = { acceptedFaults: ['input_drift: routing'] };
  expect(decide(viewOf(other), evidenceIn(CANARY, world), START + 60_000).kind).toBe('pause');
  const unread = evidenceIn(CANARY, { ...world, isRead: false });
  expect(decide(viewOf(accepted), unread, START + 60_000)).toMatchObject({
    kind: 'pause',
    because: expect.stringContaining('output_spec'),
  });
});

it('says that every gate has passed only when every gate has', () => {
  const standing = {
    policy: { ...policy, promoteWhen: 'proven' as const },
    stepIndex: APPROVAL,
    hasPrimary: true,
  };
  const verdict = (gate: string, of: 'pass' | 'undecided' | 'fail', dryRun = false) =>
    ({ gate, verdict: of, dryRun }) as Parameters<typeof nextTransition>[2][number];
  const says = (...verdicts: Parameters<typeof nextTransition>[2]): boolean =>
    nextTransition(standing, 'approved', verdicts).because.includes('every gate has passed');
  expect(says(verdict('a', 'pass'), verdict('b', 'pass'))).toBe(true);
  expect(says(verdict('a', 'pass'), verdict('b', 'fail', true))).toBe(true);
  expect(says(verdict('a', 'pass'), verdict('b', 'undecided'))).toBe(false);
  expect(says(verdict('a', 'pass'), verdict('b', 'fail'))).toBe(false);
  expect(says()).toBe(false);
});

const SECOND = 1_000;
const times = (ms: number, requests = 400): Tally => {
  const counted = { ...EMPTY_TALLY, requests, latency: sketchOf(Array<number>(requests).fill(ms)) };
  return { ...counted, blocks: blocksAtOnce(counted, START) };
};

it('harm is never walked past: no step ends within the start period of a gate that acts, and none where a gate reads harm', () => {
  const seconds = fc.integer({ min: 0, max: 30 });
  const steps = fc.constantFrom<Pick<RolloutView, 'state' | 'stepIndex'>>(
    { state: 'running', stepIndex: 0 },
    { state: 'running', stepIndex: 1 },
    { state: 'running', stepIndex: 2 },
    { state: 'baking', stepIndex: 3 },
  );
  const rules = fc.record({
    ...{ least: seconds, startPeriod: seconds, promoteWhen: fc.constantFrom('proven', 'notFailed') },
    dryRun: fc.boolean(),
  });
  fc.assert(
    fc.property(rules, steps, seconds, fc.constantFrom(20, 60), (made, standing, elapsed, ms) => {
      const lasting = { minRequests: 10, minDuration: `${made.least}s`, maxDuration: '1h' };
      const { startPeriod, promoteWhen, dryRun } = made;
      const latency = {
        metric: 'latency_p95',
        maxIncreaseRatio: 1.5,
        startPeriod: `${startPeriod}s`,
        dryRun,
      };
      const slow = parsePolicy({
        ...{ name: 'slow', promoteWhen, gates: [{ metric: 'error_rate', maxIncrease: 0.3 }, latency] },
        steps: [
          { shadow: { sample: '100%', ...lasting } },
          { canary: { weight: '50%', ...lasting } },
          { canary: { weight: '50%', ...lasting } },
          { bake: { duration: `${Math.max(1, made.least)}s`, holdBack: '50%' } },
        ],
      });
      const on = ['shadow', 'candidate', 'candidate', 'primary'][standing.stepIndex] ?? '';
      const step = { ...NO_STEP_EVIDENCE, primary: times(20), candidate: times(20) };
      const evidence = { [standing.stepIndex]: { ...step, [on]: { ...times(ms), compared: 400 } } };
      const decision = decide(viewOf({ ...standing, policy: slow }), evidence, START + elapsed * SECOND);
      if (decision.kind !== 'advance' && decision.kind !== 'promote') return;
      expect([ms, dryRun]).not.toEqual([60, false]);
      // Of a bake at most half of its time, so that something is left to judge.
      const most = standing.state === 'baking' ? Math.max(1, made.least) / 2 : Infinity;
      if (!dryRun) expect(elapsed).toBeGreaterThanOrEqual(Math.min(startPeriod, most));
    }),
    { numRuns: 150 },
  );
});

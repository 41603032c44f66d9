import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { blocksAtOnce, EMPTY_TALLY, sketchOf, type Tally } from '#libs/stats';
import {
  decide,
  NO_STEP_EVIDENCE,
  parsePolicy,
  type CheckResult,
  type Evidence,
  type RolloutView,
  type SourceReading,
  type StepEvidence,
} from '../index.ts';

/*
 * Read the table as: "in this situation, with this evidence, this happens, because …".
 * The policy: shadow (100 compared) -> canary 10 % (50 requests) -> canary 50 % (600) -> bake 60 s.
 */
const policy = parsePolicy({
  name: 'test',
  steps: [
    { shadow: { minRequests: 100, maxDuration: '10m' } },
    { canary: { weight: '10%', minRequests: 50, minDuration: '30s', maxDuration: '10m' } },
    { canary: { weight: '50%', minRequests: 600, maxDuration: '10m' } },
    { bake: { duration: '60s' } },
  ],
  gates: [
    { metric: 'agreement', min: 0.9 },
    { metric: 'error_rate', maxIncrease: 0.05 },
    { metric: 'latency_p95', maxIncrease: 50 },
  ],
});
const SHADOW = 0;
const CANARY_10 = 1;
const CANARY_50 = 2;
const BAKE = 3;
const START = 1_000_000;
const after = (seconds: number) => START + seconds * 1_000;

const tally = (requests: number, errors = 0, more: Partial<Tally> = {}): Tally => {
  const latency = sketchOf(Array.from({ length: requests }, (_, i) => 5 + (i % 10) / 10));
  const counted = { ...EMPTY_TALLY, requests, errors, latency, ...more };
  return { ...counted, blocks: blocksAtOnce(counted, START) };
};
const shadow = (compared: number, agreed: number, errors = 0): StepEvidence => ({
  ...NO_STEP_EVIDENCE,
  primary: tally(compared),
  shadow: tally(compared, errors, { compared, agreed }),
});
const arms = (candidate: Tally, primary: Tally): StepEvidence => ({
  ...NO_STEP_EVIDENCE,
  candidate,
  primary,
});
const view = (over: Partial<RolloutView>): RolloutView => ({
  state: 'running',
  stepIndex: SHADOW,
  stepStartedAt: START,
  policy,
  hasPrimary: true,
  deployment: { state: 'ready', message: '' },
  clockStoppedAt: null,
  checks: null,
  approvedBy: [],
  lastGoodPrimaryAt: null,
  blockedBy: null,
  overridesFreeze: false,
  ...over,
});

/** Checks -> canary 10 % with a metric source -> two approvals. */
const full = parsePolicy({
  name: 'full',
  steps: [
    { checks: {} },
    { canary: { weight: '10%', minRequests: 10, maxDuration: '10h' } },
    { approval: { approvers: 2, maxDuration: '1h' } },
  ],
  gates: [
    { metric: 'error_rate', maxIncrease: 0.2 },
    { name: 'revenue', metric: 'http', url: 'https://x.example', consecutiveFailures: 2 },
  ],
  first: 'approval',
  consecutiveErrors: 3,
});
const oneCanary = {
  name: 'one',
  steps: [{ canary: { weight: '10%', minRequests: 10, maxDuration: '10h' } }, { bake: { duration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.2 }],
  promoteWhen: 'notFailed',
};
const dry = parsePolicy({
  ...oneCanary,
  gates: [{ metric: 'error_rate', maxIncrease: 0.2, dryRun: true }],
  rollbackWindow: '1d',
});
const frozen = parsePolicy({
  ...oneCanary,
  freeze: [{ cron: '0 0 * * 1', duration: '1d', timeZone: 'UTC' }],
});
const held = parsePolicy({
  ...oneCanary,
  steps: [oneCanary.steps[0], { bake: { duration: '1h', holdBack: '5%' } }],
});
const nobodyHeld = parsePolicy({
  ...oneCanary,
  steps: [oneCanary.steps[0], { bake: { duration: '1h', holdBack: '0%' } }],
});
const nobodyHeldWithSource = parsePolicy({
  ...oneCanary,
  steps: [oneCanary.steps[0], { bake: { duration: '1h', holdBack: '0%' } }],
  gates: [...oneCanary.gates, { name: 'revenue', metric: 'http', url: 'https://x.example' }],
});
/** Monday, 5 January 1970, noon. */
const MONDAY = 4.5 * 86_400_000;
const check = (outcome: CheckResult['outcome']): CheckResult => ({
  check: 'golden',
  outcome,
  because: 'it said so',
  saw: {},
});
const source = (over: Partial<SourceReading>): StepEvidence => ({
  ...NO_STEP_EVIDENCE,
  sources: {
    revenue: {
      outcome: 'pass',
      value: 1,
      because: 'revenue fell',
      at: START,
      consecutiveFailures: 0,
      consecutiveErrors: 0,
      ...over,
    },
  },
});

type Row = [
  situation: string,
  rollout: Partial<RolloutView>,
  evidence: Evidence,
  now: number,
  kind: string,
  because: RegExp,
];
// One situation a line.
// prettier-ignore
const table: Row[] = [
  ['the version is being deployed', { state: 'pending', deployment: { state: 'starting', message: 'loading' } }, {}, START, 'hold', /ready: loading/],
  ['it was ready, and is not', { state: 'pending', deployment: { state: 'not_ready', message: 'it answers 503' } }, {}, START, 'hold', /ready: it answers 503/],
  ['canary: all is met, and its server has gone', { stepIndex: CANARY_10, deployment: { state: 'not_ready', message: 'nobody answers' } }, { [CANARY_10]: arms(tally(60), tally(540)) }, after(30), 'hold', /not ready: nobody answers; then: .*50%/],
  ['last canary: everything proven, and its server starts again', { stepIndex: CANARY_50, deployment: { state: 'starting', message: 'loading' } }, { [CANARY_50]: arms(tally(900), tally(900)) }, after(60), 'hold', /not ready: loading/],
  ['canary: it fails, and its server has gone', { stepIndex: CANARY_10, deployment: { state: 'not_ready', message: 'nobody answers' } }, { [CANARY_10]: arms(tally(20, 15), tally(180)) }, after(2), 'rollback', /error_rate/],
  ['bake: it is over, and its server has gone', { stepIndex: BAKE, state: 'baking', deployment: { state: 'not_ready', message: 'nobody answers' } }, { [BAKE]: arms(tally(20), tally(100)) }, after(61), 'hold', /not ready/],
  ['it is deployed', { state: 'pending' }, {}, START, 'advance', /deployed and ready/],
  ['it cannot be deployed', { state: 'pending', deployment: { state: 'failed', message: 'exit 1' } }, {}, START, 'rollback', /exit 1/],
  ['it is the first version', { state: 'pending', hasPrimary: false }, {}, START, 'promote', /nothing to be compared/],

  ['shadow: no gateway has the route yet', { stepStartedAt: null }, {}, START, 'hold', /acknowledged/],
  ['shadow: nothing seen yet', {}, {}, after(5), 'hold', /0 of 100/],
  ['shadow: minimum met, agreement not proven', {}, { [SHADOW]: shadow(120, 112) }, after(10), 'hold', /agreement is not proven/],
  ['shadow: agreement proven, and latency may not act yet', {}, { [SHADOW]: shadow(400, 398) }, after(9), 'hold', /start period of latency_p95/],
  ['shadow: agreement proven', {}, { [SHADOW]: shadow(400, 398) }, after(10), 'advance', /canary at 10%/],
  ['shadow: the labels are permuted', {}, { [SHADOW]: shadow(30, 2) }, after(1), 'rollback', /agreement/],
  ['shadow: every copy fails', {}, { [SHADOW]: shadow(40, 0, 40) }, after(1), 'rollback', /agreement|error_rate/],
  ['shadow: harm is found before any acknowledgement', { stepStartedAt: null }, { [SHADOW]: shadow(30, 2) }, START, 'rollback', /agreement/],
  ['shadow: time is over with no traffic', {}, {}, after(600), 'pause', /10m are over/],
  ['shadow: time is over, still undecided: a person looks', {}, { [SHADOW]: shadow(120, 112) }, after(600), 'pause', /10m are over/],
  ['shadow: the same, where the policy says so', { policy: { ...policy, onUndecided: 'rollback' } }, { [SHADOW]: shadow(120, 112) }, after(600), 'rollback', /10m are over/],

  ['canary: minimum met but too early', { stepIndex: CANARY_10 }, { [CANARY_10]: arms(tally(60), tally(540)) }, after(10), 'hold', /least duration/],
  ['canary: minimum and duration met; proof may come later', { stepIndex: CANARY_10 }, { [CANARY_10]: arms(tally(60), tally(540)) }, after(30), 'advance', /50%/],
  ['canary: it fails', { stepIndex: CANARY_10 }, { [CANARY_10]: arms(tally(20, 15), tally(180)) }, after(2), 'rollback', /error_rate/],
  ['canary: it is slow', { stepIndex: CANARY_10 }, { [CANARY_10]: arms(tally(400, 0, { latency: sketchOf(Array<number>(400).fill(200)) }), tally(1_000)) }, after(10), 'rollback', /latency_p95/],
  ['canary: it is slow, but it has only just started', { stepIndex: CANARY_10 }, { [CANARY_10]: arms(tally(400, 0, { latency: sketchOf(Array<number>(400).fill(200)) }), tally(1_000)) }, after(9), 'hold', /least duration/],
  ["canary: yesterday's step failed nothing, its evidence does not count here", { stepIndex: CANARY_10 }, { [SHADOW]: shadow(400, 0) }, after(2), 'hold', /0 of 50/],
  ['last canary: not proven yet', { stepIndex: CANARY_50 }, { [CANARY_50]: arms(tally(600, 25), tally(600, 5)) }, after(60), 'hold', /not proven/],
  ['last canary: everything proven', { stepIndex: CANARY_50 }, { [CANARY_50]: arms(tally(900), tally(900)) }, after(60), 'promote', /every gate has passed/],
  ['last canary: time is over, undecided', { stepIndex: CANARY_50 }, { [CANARY_50]: arms(tally(600, 25), tally(600, 5)) }, after(600), 'pause', /over/],

  ['bake: going well', { state: 'baking', stepIndex: BAKE }, { [CANARY_50]: arms(tally(900), tally(900)), [BAKE]: arms(EMPTY_TALLY, tally(100)) }, after(10), 'hold', /baking until 1970-01-01T00:17:40Z/],
  ['bake: the new primary fails', { state: 'baking', stepIndex: BAKE }, { [CANARY_50]: arms(tally(900), tally(900)), [BAKE]: arms(tally(100), tally(100, 60)) }, after(10), 'rollback', /error_rate/],
  ['bake: over', { state: 'baking', stepIndex: BAKE }, { [CANARY_50]: arms(tally(900), tally(900)), [BAKE]: arms(tally(20), tally(100)) }, after(60), 'advance', /no harm was found in 1m of bake$/],
  ['bake: over, and nobody that was held back has called', { state: 'baking', stepIndex: BAKE }, { [CANARY_50]: arms(tally(900), tally(900)), [BAKE]: arms(EMPTY_TALLY, tally(100)) }, after(60), 'pause', /1m of bake are over and error_rate has not compared enough: nobody who is held back.*skip keeps/],
  ['bake, nobody held back: worse than yesterday', { policy: nobodyHeld, state: 'baking', stepIndex: 1 }, { 0: arms(tally(900), tally(900)), 1: arms(EMPTY_TALLY, tally(100, 60)) }, after(10), 'hold', /baking until/],
  ['bake, nobody held back: over, and worse than yesterday', { policy: nobodyHeld, state: 'baking', stepIndex: 1 }, { 0: arms(tally(900), tally(900)), 1: arms(EMPTY_TALLY, tally(100, 60)) }, after(3_600), 'pause', /error_rate failed, which rolls nothing back .*compared with the time before/],
  ['bake, nobody held back: a metric source fails', { policy: nobodyHeldWithSource, state: 'baking', stepIndex: 1 }, { 1: source({ outcome: 'fail', consecutiveFailures: 2 }) }, after(10), 'rollback', /revenue/],
  ['bake: over, and nobody has called', { state: 'baking', stepIndex: BAKE }, { [CANARY_50]: arms(tally(900), tally(900)) }, after(600), 'pause', /1m of bake are over and nobody has called.*skip keeps/],

  ['paused: a person goes on', { state: 'paused' }, { [SHADOW]: shadow(400, 398) }, after(5), 'hold', /paused/],
  ['paused: harm is acted on all the same', { state: 'paused' }, { [SHADOW]: shadow(30, 2) }, after(5), 'rollback', /agreement/],
  ['checks: not made yet', { policy: full, stepIndex: 0 }, {}, after(5), 'hold', /being made/],
  ['checks: one has failed', { policy: full, stepIndex: 0, checks: [check('pass'), check('fail')] }, {}, after(5), 'rollback', /check golden: it said/],
  ['checks: passed or skipped', { policy: full, stepIndex: 0, checks: [check('pass'), check('skipped')] }, {}, after(5), 'advance', /1 check has passed, 1 was skipped; on to canary/],
  ['checks of a first version: approval is asked for next', { policy: full, stepIndex: 0, hasPrimary: false, checks: [check('pass')] }, {}, after(5), 'advance', /approval/],
  ['approval: nobody yet', { policy: full, state: 'awaiting_approval', stepIndex: 2 }, {}, after(5), 'hold', /0 of 2/],
  ['approval: one of two', { policy: full, state: 'awaiting_approval', stepIndex: 2, approvedBy: ['anna'] }, {}, after(5), 'hold', /1 of 2/],
  ['approval: both', { policy: full, state: 'awaiting_approval', stepIndex: 2, approvedBy: ['anna', 'ben'] }, {}, after(5), 'promote', /anna and ben/],
  ['approval: time is over', { policy: full, state: 'awaiting_approval', stepIndex: 2, approvedBy: ['anna'] }, {}, after(3_600), 'pause', /1 of 2 have approved/],
  ['approval: harm is acted on meanwhile', { policy: full, state: 'awaiting_approval', stepIndex: 2, approvedBy: ['anna', 'ben'] }, { 1: arms(tally(60, 55), tally(540)) }, after(5), 'rollback', /error_rate/],
  ['source: it says fail', { policy: full, stepIndex: 1 }, { 1: source({ outcome: 'fail', consecutiveFailures: 2 }) }, after(5), 'rollback', /revenue/],
  ['source: one bad reading of the two that fail it', { policy: full, stepIndex: 1 }, { 1: source({ outcome: 'fail', consecutiveFailures: 1 }) }, after(5), 'hold', /0 of 10/],
  ['source: it errs now and then', { policy: full, stepIndex: 1 }, { 1: source({ consecutiveErrors: 2 }) }, after(5), 'hold', /0 of 10/],
  ['source: it has erred too often', { policy: full, stepIndex: 1 }, { 1: source({ consecutiveErrors: 3 }) }, after(5), 'pause', /did not answer 3 times/],
  ['dry run: a failing gate is only shown', { policy: dry, stepIndex: 0 }, { 0: arms(tally(60, 55), tally(540)) }, after(5), 'promote', /minima/],
  ['clock: no gateway is heard of', { policy: full, stepIndex: 1, clockStoppedAt: after(5) }, { 1: arms(tally(60), tally(540)) }, after(9_000), 'hold', /stands still/],
  ['freeze: the window is open', { policy: frozen, stepIndex: 0 }, { 0: arms(tally(60), tally(540)) }, MONDAY, 'hold', /frozen until 1970-01-06/],
  ['freeze: harm rolls back all the same', { policy: frozen, stepIndex: 0 }, { 0: arms(tally(60, 55), tally(540)) }, MONDAY, 'rollback', /error_rate/],
  ['freeze: a hot fix goes on', { policy: frozen, stepIndex: 0, overridesFreeze: true }, { 0: arms(tally(60), tally(540)) }, MONDAY, 'promote', /minima/],
  ['freeze: the window is closed', { policy: frozen, stepIndex: 0 }, { 0: arms(tally(60), tally(540)) }, MONDAY + 86_400_000, 'promote', /minima/],
  ['rollback window: it was a good primary an hour ago', { state: 'pending', policy: dry, lastGoodPrimaryAt: START - 3_600_000 }, {}, START, 'promote', /rollback window/],
  ['rollback window: it was one too long ago', { state: 'pending', policy: dry, lastGoodPrimaryAt: START - 90_000_000 }, {}, START, 'advance', /canary/],
  ['another model goes first', { state: 'pending', blockedBy: 'it waits for the rollout of embedder 2' }, {}, START, 'hold', /embedder/],
  ['bake with users held back: worse than them', { policy: held, state: 'baking', stepIndex: 1 }, { 1: arms(tally(100), tally(100, 60)) }, after(10), 'rollback', /error_rate/],
  ['bake with users held back: both are bad, so it is not the version', { policy: held, state: 'baking', stepIndex: 1 }, { 0: arms(tally(100), tally(100)), 1: arms(tally(100, 60), tally(100, 60)) }, after(10), 'hold', /baking/],

  ['ended: nothing moves it', { state: 'rolled_back' }, { [SHADOW]: shadow(400, 398) }, after(5), 'hold', /rolled_back/],
];

describe('decide', () => {
  it.each(table)('%s', (_situation, rollout, evidence, now, kind, because) => {
    const decision = decide(view(rollout), evidence, now);
    expect({ kind: decision.kind, because: decision.because }).toEqual({
      kind,
      because: expect.stringMatching(because),
    });
  });

  const count = fc.nat(2_000);
  const anyTally = fc
    .tuple(count, count, count, count)
    .map(([a, b, c, d]) =>
      tally(Math.min(a, 300), Math.min(a, b, 300), { compared: Math.max(c, d), agreed: Math.min(c, d) }),
    );
  const anyStep = fc.record({
    primary: anyTally,
    candidate: anyTally,
    shadow: anyTally,
    sources: fc.constant({}),
  });
  const anyEvidence = fc.tuple(anyStep, anyStep, anyStep, anyStep).map((steps): Evidence => ({ ...steps }));
  const anyView = fc
    .record({
      state: fc.constantFrom(
        'pending',
        'running',
        'paused',
        'baking',
        'succeeded',
        'rolled_back',
        'aborted',
        'superseded',
      ) as fc.Arbitrary<RolloutView['state']>,
      stepIndex: fc.nat(2),
      stepStartedAt: fc.option(fc.constant(START)),
      hasPrimary: fc.boolean(),
    })
    .map((over) => ({ ...over, hasPrimary: over.state !== 'pending' || over.hasPrimary }))
    .map((over) => view(over.state === 'baking' ? { ...over, stepIndex: BAKE } : over));
  const anyTime = fc.nat(2_000).map(after);

  it('is a pure function of what it is given', () => {
    fc.assert(
      fc.property(anyView, anyEvidence, anyTime, (v, e, now) => {
        expect(decide(v, e, now)).toEqual(decide(structuredClone(v), structuredClone(e), now));
      }),
      { numRuns: 50 },
    );
  });

  it('never advances or promotes a version with a failing gate, nor one without data', () => {
    fc.assert(
      fc.property(anyView, anyEvidence, anyTime, (v, e, now) => {
        const decision = decide(v, e, now);
        if (v.state !== 'running') return;
        if (decision.kind !== 'advance' && decision.kind !== 'promote') return;
        expect(decision.verdicts.some((x) => x.verdict === 'fail')).toBe(false);
        const step = e[v.stepIndex]!;
        expect(v.stepIndex === SHADOW ? step.shadow.compared : step.candidate.requests).toBeGreaterThan(0);
        if (decision.kind === 'promote')
          expect(decision.verdicts.every((x) => x.verdict === 'pass')).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('advances one step at a time, moves nothing that has ended, and takes a paused one off at most', () => {
    fc.assert(
      fc.property(anyView, anyEvidence, anyTime, (v, e, now) => {
        const decision = decide(v, e, now);
        if (decision.kind === 'advance' && v.state !== 'pending')
          expect(decision.toStep).toBe(v.stepIndex + 1);
        if (v.state === 'paused') expect(['hold', 'rollback']).toContain(decision.kind);
        else if (!['pending', 'running', 'baking'].includes(v.state)) expect(decision.kind).toBe('hold');
      }),
      { numRuns: 150 },
    );
  });
});

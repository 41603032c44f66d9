import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, sketchOf, type Tally } from '#libs/stats';
import { decide, nextTurn, parsePolicy, type Evidence, type RolloutView } from '../index.ts';

const policy = parsePolicy({
  name: 'turns',
  steps: [
    { shadow: { minRequests: 20, maxDuration: '3m' } },
    { canary: { weight: '10%', minRequests: 20, minDuration: '30s', maxDuration: '5m' } },
    { approval: { maxDuration: '7m', onTimeout: 'rollback' } },
    { bake: { duration: '4m' } },
  ],
  gates: [
    { metric: 'agreement', min: 0.8 },
    { metric: 'error_rate', maxIncrease: 0.1 },
    { metric: 'latency_p95', maxIncreaseRatio: 1.5, startPeriod: '40s' },
    { metric: 'feedback.click', maxDecrease: 0.2, window: '1m' },
  ],
  rollbackWindow: '6m',
});
const frozen = parsePolicy({
  ...{ name: 'frozen', steps: [{ canary: { weight: '10%', minRequests: 5, maxDuration: '5m' } }] },
  gates: [{ metric: 'error_rate', maxIncrease: 0.1 }],
  promoteWhen: 'notFailed',
  freeze: [{ cron: '*/10 * * * *', duration: '4m', timeZone: 'UTC' }],
});
const overlapping = parsePolicy({
  ...{ name: 'overlapping', steps: [{ canary: { weight: '10%', minRequests: 5, maxDuration: '5m' } }] },
  gates: [{ metric: 'error_rate', maxIncrease: 0.1 }],
  promoteWhen: 'notFailed',
  freeze: [
    { cron: '*/5 0-22 * * *', duration: '7m', timeZone: 'Europe/Berlin' },
    { cron: '0 12 * * *', duration: '5h' },
  ],
});

const START = 1_700_000_000_000;
const tallies = fc.tuple(fc.nat(60), fc.nat(60), fc.nat(40)).map(([requests, bad, ms]): Tally => {
  const latency = sketchOf(Array<number>(requests).fill(5 + ms));
  const few = Math.min(bad, requests);
  const measures = few === 0 ? {} : { 'feedback.click': { n: few, mean: 1, m2: 0 } };
  return {
    ...EMPTY_TALLY,
    requests,
    errors: few,
    latency,
    compared: requests,
    agreed: requests - few,
    measures,
  };
});
const step = fc.record({ primary: tallies, candidate: tallies, shadow: tallies, sources: fc.constant({}) });
const evidences = fc.tuple(step, step, step, step).map((steps): Evidence => ({ ...steps }));
const views = fc
  .record({
    policy: fc.constantFrom(policy, frozen, overlapping),
    kind: fc.constantFrom('pending', 'shadow', 'canary', 'approval', 'bake', 'paused'),
    clockStoppedAt: fc.option(
      fc.nat(300_000).map((ms) => START + ms),
      { freq: 8 },
    ),
    stepStartedAt: fc.constantFrom(START, START, START, null),
    lastGoodPrimaryAt: fc.constantFrom(null, START - 100_000, START + 200_000),
    deployment: fc.constantFrom('ready' as const, 'starting' as const),
  })
  .map(({ kind, deployment, ...rest }): RolloutView => {
    const at = { pending: 0, shadow: 0, canary: 1, approval: 2, bake: 3, paused: 1 }[kind];
    const states = { pending: 'pending', approval: 'awaiting_approval', bake: 'baking', paused: 'paused' };
    const state = (states as Record<string, RolloutView['state']>)[kind] ?? 'running';
    return {
      ...rest,
      state: rest.policy !== policy && state !== 'pending' ? 'running' : state,
      stepIndex: rest.policy === policy ? at : 0,
      hasPrimary: true,
      deployment: { state: deployment, message: 'so far' },
      checks: null,
      approvedBy: [],
      blockedBy: null,
      overridesFreeze: false,
    };
  });

it('until the next turn, time alone changes no answer', () => {
  fc.assert(
    fc.property(
      views,
      evidences,
      fc.nat(600_000),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (view, evidence, elapsed, share) => {
        const now = START + elapsed;
        const decision = decide(view, evidence, now);
        // What is not held is acted on at once: the rollout is another one afterwards.
        if (decision.kind !== 'hold') return;
        const turn = nextTurn(view, now) ?? now + 10 * 86_400_000;
        expect(turn).toBeGreaterThan(now);
        const later = now + Math.floor((turn - now) * share);
        expect(decide(view, evidence, later)).toEqual(decision);
      },
    ),
    { numRuns: 1_500 },
  );
});

it('is the next duration that ends', () => {
  const view: RolloutView = {
    state: 'running',
    stepIndex: 1,
    stepStartedAt: START,
    clockStoppedAt: null,
    policy,
    hasPrimary: true,
    deployment: { state: 'ready', message: '' },
    checks: null,
    approvedBy: [],
    lastGoodPrimaryAt: null,
    blockedBy: null,
    overridesFreeze: false,
  };
  expect(nextTurn(view, START)).toBe(START + 30_000);
  expect(nextTurn(view, START + 30_000)).toBe(START + 40_000);
  // What is older than the feedback's window is more at each doubling of it.
  expect(nextTurn(view, START + 40_000)).toBe(START + 120_000);
  expect(nextTurn(view, START + 240_000)).toBe(START + 300_000);
  expect(nextTurn(view, START + 40 * 3_600_000)).toBeNull();
  expect(nextTurn({ ...view, clockStoppedAt: START + 1 }, START)).toBeNull();
  expect(nextTurn({ ...view, policy: frozen, stepIndex: 0 }, START)).toBe(
    Math.min(START + 300_000, Math.floor(START / 600_000) * 600_000 + 240_000),
  );
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, sketchOf, type Tally } from '#libs/stats';
import { decide, NO_STEP_EVIDENCE, parsePolicy, type Evidence, type RolloutView } from '../index.ts';

/*
 * A bake proves its version. So it does not end well by itself before somebody has called, whatever gates look in it, and where none does:
 * `onNoData` says what happens then. Red before: without a gate in it, it had found no harm.
 */
const START = 1_700_000_000_000;
const timed = { minRequests: 10, maxDuration: '1h' };
const inSteps = fc.subarray(['canary', 'bake'], { minLength: 1 });
const gate = fc.oneof(
  fc.record({
    ...{ metric: fc.constant('error_rate'), maxIncrease: fc.constant(0.3) },
    ...{ in: inSteps, dryRun: fc.boolean() },
  }),
  fc.record({
    ...{ metric: fc.constant('latency_p95'), maxIncrease: fc.constant(500) },
    ...{ in: inSteps, dryRun: fc.boolean() },
  }),
  // Answers whatever nobody calls, and is only shown, or is not asked in a bake.
  fc.record({
    metric: fc.constant('http'),
    url: fc.constant('https://judge.example/v'),
    dryRun: fc.constant(true),
  }),
  fc.record({
    ...{
      metric: fc.constant('http'),
      name: fc.constant('before'),
      url: fc.constant('https://judge.example/v'),
    },
    in: fc.constant(['canary']),
  }),
);
const documents = fc.record({
  name: fc.constant('p'),
  promoteWhen: fc.constant('notFailed'),
  onNoData: fc.constantFrom('pause', 'rollback'),
  onUndecided: fc.constantFrom('pause', 'rollback'),
  gates: fc.uniqueArray(gate, { maxLength: 3, selector: (one) => ('name' in one ? one.name : one.metric) }),
  steps: fc.tuple(
    fc.constant({ canary: { weight: '50%', ...timed } }),
    fc.constantFrom<object>({}, { holdBack: '0%' }).map((more) => ({ bake: { duration: '1m', ...more } })),
  ),
});

const calls = (requests: number): Tally => ({
  ...{ ...EMPTY_TALLY, requests, latency: sketchOf(Array<number>(requests).fill(20)) },
  histograms: { unit_requests: Object.fromEntries(Array.from({ length: 32 }, (_, i) => [i, requests / 32])) },
  units: Array.from({ length: 64 }, (_, i) => i * 1_000),
});

function end(document: object, requests: number) {
  const policy = parsePolicy(document);
  const view: RolloutView = {
    ...{
      state: 'baking',
      stepIndex: 1,
      stepStartedAt: START,
      clockStoppedAt: null,
      policy,
      hasPrimary: true,
    },
    ...{ deployment: { state: 'ready', message: '' }, checks: [], approvedBy: [], lastGoodPrimaryAt: null },
    ...{ blockedBy: null, overridesFreeze: false },
  };
  const shown = {
    ...{ outcome: 'pass' as const, value: null, because: 'well', at: START + 60_000 },
    ...{ asked: { stepMs: 60_000, requests: 0 }, consecutiveFailures: 0, consecutiveErrors: 0 },
  };
  const evidence: Evidence = {
    0: { ...NO_STEP_EVIDENCE, primary: calls(320), candidate: calls(320) },
    1: {
      ...NO_STEP_EVIDENCE,
      primary: calls(requests),
      candidate: calls(requests),
      sources: { http: shown },
    },
  };
  return decide(view, evidence, START + 60_000);
}

describe('a bake in which nobody calls', () => {
  it('is never a pass, whichever gates look in it, if any', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const { kind, because } = end(document, 0);
        expect([kind, because]).toEqual([document.onNoData, expect.stringContaining('nobody has called')]);
      }),
    );
  });

  it('ends well, by the same gates or none, once callers have used it', () => {
    fc.assert(fc.property(documents, (document) => expect(end(document, 320).kind).toBe('advance')));
  });

  it('is one that a source judges, which knows of its own callers', () => {
    const http = { metric: 'http', url: 'https://judge.example/v' };
    const steps = [{ canary: { weight: '50%', ...timed } }, { bake: { duration: '1m' } }];
    const document = { name: 'p', promoteWhen: 'notFailed', gates: [http], steps };
    expect(end(document, 0).kind).toBe('advance');
  });

  it('is one whose callers are counted elsewhere, wherever its source judges', () => {
    const http = { metric: 'http', name: 'h', url: 'https://judge.example/v', in: ['canary'] };
    const uncounted = { weight: '50%', minRequests: 0, minDuration: '1m', maxDuration: '5m' };
    const document = {
      ...{ name: 'p', promoteWhen: 'notFailed', gates: [http] },
      steps: [{ canary: uncounted }, { bake: { duration: '1m' } }],
    };
    expect(end(document, 0).kind).toBe('advance');
  });
});

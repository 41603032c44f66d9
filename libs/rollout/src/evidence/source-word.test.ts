import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, sketchOf, type Tally } from '#libs/stats';
import {
  decide,
  NO_STEP_EVIDENCE,
  parsePolicy,
  sourcesToAsk,
  type Evidence,
  type RolloutView,
  type SourceReading,
} from '../index.ts';

const START = 1_000_000;
const MINIMA = { stepMs: 8_000, requests: 200 };
const BAKE_MS = 60_000;
const policyOf = (promoteWhen: string, gates: object[]) =>
  parsePolicy({
    name: 'with a source',
    steps: [
      { canary: { weight: '50%', minRequests: 200, minDuration: '8s', maxDuration: '10m' } },
      { bake: { duration: '60s' } },
    ],
    gates: [
      { name: 'complaints', metric: 'http', url: 'https://x.example', consecutiveFailures: 2 },
      ...gates,
    ],
    ...{ promoteWhen, consecutiveErrors: 3, onNoData: 'pause', onUndecided: 'rollback' },
  });
const ALONE = policyOf('notFailed', []);
const PROVEN = policyOf('proven', []);
const CLICKS = policyOf('notFailed', [{ metric: 'feedback.click', maxDecrease: 0.05 }]);

const tally = (requests: number): Tally => ({
  ...EMPTY_TALLY,
  ...{ requests, latency: sketchOf(Array.from({ length: requests }, () => 5)) },
});
const reading = (over: Partial<SourceReading>): SourceReading => ({
  ...{ outcome: 'pass', value: 1, because: 'few complaints', at: START, asked: MINIMA },
  ...{ consecutiveFailures: 0, consecutiveErrors: 0 },
  ...over,
});
const view = (policy: RolloutView['policy'], over: Partial<RolloutView> = {}): RolloutView => ({
  ...{ state: 'running', stepIndex: 0, stepStartedAt: START, clockStoppedAt: null, policy },
  ...{ hasPrimary: true, deployment: { state: 'ready', message: '' }, checks: null, approvedBy: [] },
  ...{ lastGoodPrimaryAt: null, blockedBy: null, overridesFreeze: false },
  ...over,
});
const seen = (word: SourceReading | null, requests = 400): Evidence => ({
  0: {
    ...NO_STEP_EVIDENCE,
    ...{ primary: tally(requests), candidate: tally(requests) },
    sources: word ? { complaints: word } : {},
  },
});
const baked = (word: SourceReading | null): Evidence => ({
  ...seen(reading({})),
  1: { ...NO_STEP_EVIDENCE, primary: tally(100), sources: word ? { complaints: word } : {} },
});
const inBake: Partial<RolloutView> = { state: 'baking', stepIndex: 1 };

describe.each([
  ['proven', PROVEN],
  ['notFailed', ALONE],
])('a metric source, and promoteWhen %s', (_rule, policy) => {
  const at = (seconds: number) => START + seconds * 1_000;

  it.each<[string, Evidence, RegExp]>([
    [
      'it has not been asked',
      seen(null),
      /complaints says nothing about this step yet: .*not been asked yet/,
    ],
    [
      'it never answered',
      seen(reading({ outcome: null, consecutiveErrors: 1, because: '503' })),
      /has not answered yet: 503/,
    ],
    [
      'it passed before the step had its minima',
      seen(reading({ asked: { stepMs: 6, requests: 0 } })),
      /asked before/,
    ],
    ['of old, nobody knows when it was asked', seen(withoutAsked()), /asked before/],
    [
      'it passed, and answers no more',
      seen(reading({ consecutiveErrors: 1, because: '503' })),
      /did not answer 1/,
    ],
  ])('%s: the step does not end', (_what, evidence, because) => {
    const decision = decide(view(policy), evidence, at(30));
    expect([decision.kind, decision.because]).toEqual(['hold', expect.stringMatching(because)]);
    expect(decide(view(policy), evidence, at(600)).kind).not.toBe('promote');
  });

  it('it passed after the minima were met: the step ends', () => {
    expect(decide(view(policy), seen(reading({})), at(30)).kind).toBe('promote');
  });

  it.each<[string, SourceReading | null]>([
    ['was never asked', null],
    ['is away', reading({ consecutiveErrors: 1, asked: { stepMs: BAKE_MS, requests: 9 } })],
    ['was asked when the bake began', reading({ asked: { stepMs: 10, requests: 9 } })],
  ])('a bake goes on while its source %s', (_what, word) => {
    const decision = decide(view(policy, inBake), baked(word), at(90));
    expect([decision.kind, decision.because]).toEqual([
      'hold',
      expect.stringMatching(/it goes on: complaints/),
    ]);
  });

  it('at the end of the time it waits for the word that it is just asking for, and for no other', () => {
    const late = at(600);
    const old = reading({ asked: { stepMs: 7_999, requests: 400 } });
    expect(decide(view(policy), seen(old), late)).toMatchObject({ kind: 'hold' });
    expect(decide(view(policy), seen(reading({})), late)).toMatchObject({ kind: 'promote' });
    // One that does not answer is no data, whatever it said before.
    const away = reading({ consecutiveErrors: 1, asked: { stepMs: 7_999, requests: 400 } });
    expect(decide(view(policy), seen(away), late)).toMatchObject({ kind: 'pause' });
    expect(decide(view(policy), seen(null), late)).toMatchObject({ kind: 'pause' });
    // Nor does it wait where something else is lacking.
    expect(decide(view(policy), seen(old, 100), late)).toMatchObject({ kind: 'rollback' });
  });

  it('a bad reading, though not yet one of enough in a row, is no last word', () => {
    const bad = { outcome: 'fail' as const, consecutiveFailures: 1 };
    expect(decide(view(policy), seen(reading(bad)), at(30))).toMatchObject({ kind: 'hold' });
    const word = reading({ ...bad, asked: { stepMs: BAKE_MS, requests: 9 } });
    expect(decide(view(policy, inBake), baked(word), at(90))).toMatchObject({ kind: 'hold' });
    const enough = reading({ ...bad, consecutiveFailures: 2, asked: { stepMs: BAKE_MS, requests: 9 } });
    expect(decide(view(policy, inBake), baked(enough), at(90))).toMatchObject({ kind: 'rollback' });
  });

  it('a bake ends by a word from its end', () => {
    const word = reading({ asked: { stepMs: BAKE_MS, requests: 9 } });
    expect(decide(view(policy, inBake), baked(word), at(90))).toMatchObject({ kind: 'advance' });
  });

  it('goes on only by an answer to a question put when the minima were met, whatever it has said', () => {
    const readings = fc.record({
      outcome: fc.constantFrom('pass' as const, 'fail' as const, 'undecided' as const, null),
      asked: fc.record({ stepMs: fc.nat(16_000), requests: fc.nat(400) }),
      consecutiveFailures: fc.nat(3),
      consecutiveErrors: fc.nat(4),
    });
    const times = fc.integer({ min: 0, max: 900 });
    fc.assert(
      fc.property(readings, times, fc.nat(400), (word, seconds, requests) => {
        const decision = decide(view(policy), seen(reading(word), requests), at(seconds));
        if (decision.kind !== 'advance' && decision.kind !== 'promote') return;
        expect(word.outcome).not.toBeNull();
        expect(word.consecutiveErrors).toBe(0);
        expect(word.asked.stepMs).toBeGreaterThanOrEqual(MINIMA.stepMs);
        expect(word.asked.requests).toBeGreaterThanOrEqual(MINIMA.requests);
      }),
      { numRuns: 500 },
    );
  });

  it('is asked again at once, and once, when the minima are met', () => {
    const ask = (word: SourceReading | null, behind = MINIMA) => sourcesToAsk(policy, 0, seen(word), behind);
    expect(ask(reading({ asked: { stepMs: 6, requests: 0 } }))).toEqual(['complaints']);
    expect(ask(reading({ asked: { stepMs: 6, requests: 0 } }), { ...MINIMA, requests: 199 })).toEqual([]);
    expect(ask(reading({}))).toEqual([]);
    // At its own pace: it has just not answered.
    expect(ask(reading({ asked: { stepMs: 6, requests: 0 }, consecutiveErrors: 1 }))).toEqual([]);
  });
});

it('no data is no pass where no proof is asked for either', () => {
  const decision = decide(view(CLICKS), seen(reading({})), START + 30_000);
  expect([decision.kind, decision.because]).toEqual([
    'hold',
    expect.stringMatching(/feedback.click is not proven/),
  ]);
  expect(decide(view(CLICKS), seen(reading({})), START + 600_000)).toMatchObject({ kind: 'pause' });
});

function withoutAsked(): SourceReading {
  const { asked: _asked, ...rest } = reading({});
  return rest;
}

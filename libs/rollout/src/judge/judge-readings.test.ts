import { describe, expect, it } from '@jest/globals';
import { EMPTY_TALLY, type Tally } from '#libs/stats';
import {
  decide,
  judgeGates,
  NO_STEP_EVIDENCE,
  parsePolicy,
  type RolloutView,
  type StepEvidence,
} from '../index.ts';

const policy = parsePolicy({
  name: 'test',
  steps: [
    { shadow: { minRequests: 200, maxDuration: '10m' } },
    { canary: { weight: '50%', minRequests: 200, maxDuration: '10m' } },
    { bake: { duration: '60s' } },
  ],
  gates: [
    { metric: 'error_rate', maxIncrease: 0.05 },
    { metric: 'agreement', in: ['shadow'], min: 0.5 },
  ],
});
const [SHADOW, CANARY, BAKE] = [0, 1, 2];

const tally = (requests: number, more: Partial<Tally> = {}): Tally => ({
  ...EMPTY_TALLY,
  requests,
  latency: { count: requests, buckets: { 0: requests } },
  ...more,
});
/** Answers of the primary, and how many of them the output spec could not read. */
const primary = (seen: number, unread: number, why: Record<string, number> = {}): Tally =>
  tally(seen, {
    measures: { schema_violation: { n: seen, mean: unread / Math.max(1, seen), m2: 0 } },
    histograms: Object.keys(why).length > 0 ? { not_read: why } : {},
  });
const evidence = (more: Partial<StepEvidence>): StepEvidence => ({ ...NO_STEP_EVIDENCE, ...more });
const specVerdict = (stepIndex: number, here: StepEvidence) =>
  judgeGates(policy, stepIndex, { [stepIndex]: here }, 60_000).find(({ gate }) => gate === 'output_spec');

describe('can the answers be read at all?', () => {
  it.each<[string, number, StepEvidence, string | null]>([
    ['nothing seen', CANARY, evidence({}), null],
    ['no spec', CANARY, evidence({ primary: tally(500) }), null],
    ['39 of 39 unread', CANARY, evidence({ primary: primary(39, 39) }), null],
    [
      '40 of 40 unread',
      CANARY,
      evidence({ primary: primary(40, 40) }),
      'the output spec reads 0 of 40 primary answers',
    ],
    [
      'with the reasons, the most frequent first',
      CANARY,
      evidence({ primary: primary(47, 47, { truncated: 5, 'encoding:gzip': 42 }) }),
      'the output spec reads 0 of 47 primary answers: encoding:gzip 42, truncated 5',
    ],
    [
      '96 of 100 unread',
      CANARY,
      evidence({ primary: primary(100, 96) }),
      'the output spec reads 4 of 100 primary answers',
    ],
    ['95 of 100 unread', CANARY, evidence({ primary: primary(100, 95) }), null],
    [
      'in a shadow, too',
      SHADOW,
      evidence({ primary: primary(60, 60) }),
      'the output spec reads 0 of 60 primary answers',
    ],
    [
      'copies that cannot be compared, without a spec',
      SHADOW,
      evidence({
        primary: tally(50, { histograms: { not_read: { no_json: 50 } } }),
        shadow: tally(50, { compared: 1 }),
      }),
      "1 of 50 copies could be compared with the primary's answers: no_json 50",
    ],
    ['some copies that cannot', SHADOW, evidence({ shadow: tally(50, { compared: 3, agreed: 3 }) }), null],
    [
      'in a bake the primary is on trial: that is for the gates',
      BAKE,
      evidence({ primary: primary(90, 90) }),
      null,
    ],
  ])('%s', (_, step, here, because) => {
    const verdict = specVerdict(step, here);
    expect(verdict?.because ?? null).toBe(because);
    if (verdict) expect(verdict).toMatchObject({ verdict: 'fail', onFail: 'pause', dryRun: false });
  });
});

const view = (stepIndex: number): RolloutView => ({
  state: 'running',
  ...{ stepIndex, stepStartedAt: 0, clockStoppedAt: null, policy, hasPrimary: true },
  deployment: { state: 'ready', message: '' },
  ...{ checks: null, approvedBy: [], lastGoodPrimaryAt: null, blockedBy: null, overridesFreeze: false },
});
const decided = (stepIndex: number, here: StepEvidence) =>
  decide(view(stepIndex), { [stepIndex]: here }, 60_000);

describe('what is done about it', () => {
  it('pauses, however good the rest looks', () => {
    expect(decided(CANARY, evidence({ primary: primary(300, 300), candidate: tally(300) }))).toMatchObject({
      kind: 'pause',
      because: 'output_spec: the output spec reads 0 of 300 primary answers',
    });
  });
  it('harm that is proven all the same comes first', () => {
    const bad = tally(300, { errors: 200, histograms: { failures: { '4xx': 150, timeout: 50 } } });
    expect(decided(CANARY, evidence({ primary: primary(300, 300), candidate: bad }))).toMatchObject({
      kind: 'rollback',
      because: expect.stringMatching(/^error_rate: .*\(4xx 150, timeout 50\)$/) as unknown,
    });
  });
});

describe('a step that waits says for what', () => {
  it.each<[string, number, StepEvidence, string]>([
    [
      'a shadow',
      SHADOW,
      evidence({ shadow: tally(12, { compared: 12, agreed: 12 }) }),
      '12 of 200 requests seen',
    ],
    [
      'a shadow whose primary is not read',
      SHADOW,
      evidence({
        primary: tally(362, { histograms: { not_read: { 'encoding:zstd': 350 } } }),
        shadow: tally(362, { compared: 112, agreed: 112 }),
      }),
      "112 of 200 compared; 250 could not be: the primary's answer is not read: encoding:zstd 350",
    ],
    [
      'a shadow whose primary refuses',
      SHADOW,
      evidence({ shadow: tally(20, { compared: 10, agreed: 10 }) }),
      "10 of 200 compared; 10 could not be: the primary's answer refuses or is not read",
    ],
    [
      'a canary that has enough, but nothing of it is read',
      CANARY,
      evidence({ primary: primary(20, 20), candidate: tally(300) }),
      'the output spec has read none of 20 primary answers so far',
    ],
    ['a canary', CANARY, evidence({ candidate: tally(7) }), '7 of 200 requests seen'],
    [
      'a canary whose answers are too large to be kept',
      CANARY,
      evidence({
        candidate: tally(0, { histograms: { replaced: { too_large: 40, over_limit: 2, '5xx': 3 } } }),
      }),
      '0 of 200 requests seen; 42 more went to the primary: too_large 40, over_limit 2',
    ],
  ])('%s', (_, step, here, because) => expect(decided(step, here)).toMatchObject({ kind: 'hold', because }));
});

describe('a gate on answers that has no data', () => {
  it.each<[string, Record<string, number>, Record<string, number>, string]>([
    ['says so', {}, {}, 'nothing was compared yet'],
    [
      "names what was not read of the primary's",
      { 'encoding:zstd': 47 },
      {},
      'nothing was compared yet; answers not read: primary: encoding:zstd 47',
    ],
    [
      'and of the copies',
      { charset: 2 },
      { no_json: 9, truncated: 1 },
      'nothing was compared yet; answers not read: primary: charset 2; candidate: no_json 9, truncated 1',
    ],
  ])('%s', (_, ofPrimary, ofShadow, because) => {
    const here = evidence({
      primary: tally(47, { histograms: { not_read: ofPrimary } }),
      shadow: tally(47, { histograms: { not_read: ofShadow } }),
    });
    const found = judgeGates(policy, SHADOW, { [SHADOW]: here }, 60_000).find(
      ({ gate }) => gate === 'agreement',
    );
    expect(found).toMatchObject({ verdict: 'no_data', because });
  });
});

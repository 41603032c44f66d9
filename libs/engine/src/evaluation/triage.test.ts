import { describe, expect, it } from '@jest/globals';
import { EMPTY_TALLY, type Tally } from '#libs/stats';
import { NO_STEP_EVIDENCE, type Evidence } from '#libs/rollout';
import {
  NOTHING_PENDING,
  paceOf,
  triage,
  viewOf,
  type DeploymentRecord,
  type RolloutRecord,
} from '../index.ts';

const NOW = 1_700_000_000_000;
const policy = {
  name: 'triage',
  steps: [
    { checks: {} },
    { canary: { weight: '10%', minRequests: 50, minDuration: '30s', maxDuration: '10m' } },
    { approval: {} },
    { bake: { duration: '2s' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.05, in: ['canary', 'bake'] }],
};
const withSource = {
  ...policy,
  gates: [{ metric: 'http', url: 'http://judge.test/', name: 'judge', interval: '10s', in: ['canary'] }],
};
const deployment = (state: DeploymentRecord['state']): DeploymentRecord => ({
  modelId: 'm',
  version: 2,
  state,
  url: 'http://127.0.0.1:9',
  since: null,
  askedAt: null,
  ...{ misses: 0, readyPath: null },
  message: '',
  updatedAt: NOW,
});
const rollout = (over: Partial<RolloutRecord>): RolloutRecord => ({
  id: 'r',
  modelId: 'm',
  model: 'm',
  version: 2,
  intent: 'release',
  overridesEnvironment: false,
  from: 1,
  state: 'running',
  stepIndex: 1,
  stepStartedAt: NOW - 1_000,
  clockStoppedAt: null,
  checks: [],
  approvals: [],
  faults: [],
  valueBounds: null,
  startPhase: null,
  attempt: null,
  overridesFreeze: false,
  startAt: null,
  groupId: null,
  queued: false,
  revision: 3,
  policy,
  policyHash: JSON.stringify(over.policy ?? policy),
  verdicts: [],
  decision: null,
  reason: '',
  createdAt: NOW - 60_000,
  createdBy: 'test',
  endedAt: null,
  ...over,
});
const tally = (requests: number, errors = 0): Tally => ({ ...EMPTY_TALLY, requests, errors });
const arms = (candidate: Tally, primary: Tally): Evidence => ({
  1: { ...NO_STEP_EVIDENCE, candidate, primary },
});
const look = (
  over: Partial<RolloutRecord>,
  evidence: Evidence = {},
  {
    reads = {},
    deployed = 'ready',
    heardAt = NOW,
  }: {
    reads?: Record<string, number>;
    deployed?: DeploymentRecord['state'];
    heardAt?: number | null;
  } = {},
) => {
  const record = rollout(over);
  const view = viewOf(record, deployment(deployed), NOTHING_PENDING);
  return triage(record, view, evidence, reads, { now: NOW, heardAt });
};
/** As a first look with no evidence leaves it. */
const seen = {
  verdicts: [{ gate: 'error_rate', verdict: 'no_data' }] as unknown as RolloutRecord['verdicts'],
};

describe('triage', () => {
  it.each([
    ['queued', { queued: true }, 5_000],
    ['ready to begin', { state: 'pending' }, 5_000],
    ['checks to be made', { stepIndex: 0, checks: null }, 20_000],
    ['checks made: on to the next step', { stepIndex: 0, checks: [] }, 5_000],
    ['its clock has not started', { stepStartedAt: null }, 5_000],
    ['its clock stands still though gateways are heard of', { clockStoppedAt: NOW - 500 }, 5_000],
    ['a verdict for the first time', { verdicts: [] }, 5_000],
    ['a source that was never read', { policy: withSource, verdicts: [] }, 5_000],
  ] as [string, Partial<RolloutRecord>, number][])('hands over: %s', (_why, over, nextInMs) => {
    expect(look(over)).toMatchObject({ kind: 'hand_over', nextInMs });
  });

  it('hands over what decides something, whatever it is', () => {
    expect(look(seen, arms(tally(60, 55), tally(500))).kind).toBe('hand_over');
    const late = { ...seen, stepStartedAt: NOW - 700_000 };
    expect(look(late).kind).toBe('hand_over');
    expect(look(seen, {}, { deployed: 'failed' }).kind).toBe('hand_over');
  });

  it('stops the clock of a step when no gateway is heard of', () => {
    expect(look(seen, {}, { heardAt: NOW - 11_000 }).kind).toBe('hand_over');
    expect(look(seen, {}, { heardAt: null }).kind).toBe('hand_over');
    expect(look({ ...seen, clockStoppedAt: NOW - 900 }, {}, { heardAt: null }).kind).not.toBe('hand_over');
  });

  it.each(['starting', 'not_ready'] as const)(
    'says once that it waits for its deployment (%s)',
    (deployed) => {
      const first = look({ state: 'pending' }, {}, { deployed });
      expect(first).toMatchObject({ kind: 'note', nextInMs: 5_000, decision: { kind: 'hold' } });
      const noted = { state: 'pending', decision: { ...first.decision!, at: NOW, revision: 3 } } as const;
      expect(look(noted, {}, { deployed })).toMatchObject({ kind: 'leave', nextInMs: 5_000 });
    },
  );

  it('notes new numbers once, and looks again within 5 s or when a duration ends', () => {
    const first = look(seen);
    expect(first).toMatchObject({ kind: 'note', nextInMs: 5_000, decision: { kind: 'hold' } });
    const decision = { ...first.decision!, at: NOW, revision: 3 };
    const noted = { ...seen, decision, verdicts: first.decision!.verdicts };
    expect(look(noted)).toMatchObject({ kind: 'leave', nextInMs: 5_000 });
    // The same words about the state before are not about this one.
    expect(look({ ...noted, decision: { ...decision, revision: 2 } })).toMatchObject({ kind: 'note' });
    expect(look({ ...noted, stepStartedAt: NOW - 28_000 })).toMatchObject({ nextInMs: 2_000 });
  });

  it('comes back when a metric source is due', () => {
    const verdicts = [{ gate: 'judge', verdict: 'no_data' }] as unknown as RolloutRecord['verdicts'];
    const over = { policy: withSource, verdicts };
    expect(look(over, {}, { reads: { judge: NOW + 3_000 } })).toMatchObject({
      kind: 'note',
      nextInMs: 3_000,
    });
    expect(look(over, {}, { reads: { judge: NOW - 1 } }).kind).toBe('hand_over');
    // A paused rollout too: harm is acted on, and a source that was away is seen to be back.
    expect(look({ ...over, state: 'paused' }, {}, { reads: {} }).kind).toBe('hand_over');
  });
});

it('the pace slows down with the number of rollouts', () => {
  expect([paceOf(1), paceOf(2_000), paceOf(10_000)]).toEqual([1_000, 1_000, 4_000]);
});

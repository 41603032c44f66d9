import { expect, it } from '@jest/globals';
import { findViolations, type InvariantName } from './invariants.ts';
import type { Asked, Happened, Story, Told } from './story.ts';

const NOTHING: Story = {
  ...{ asked: [], happened: [], calms: [], rollouts: [], committed: [], counted: [] },
  ...{ stuck: [], recordProblems: [], oddAnswers: [] },
};
const asked = (at: number, more: Partial<Asked> = {}): Asked => ({
  ...{ at, until: at + 10, gateway: 'gateway-1', model: 'm', status: 502, version: 1, problem: 'no' },
  ...more,
});
const fault = (place: string, version: number | null = null): Happened => ({
  fault: { kind: 'cut', place, startMs: 0, lengthMs: 1_000, delayMs: 0 },
  ...{ from: 100_000, until: 101_000 },
  version: version === null ? null : { model: 'm', version },
});
const rollout = (more: Partial<Told>): Told => ({
  ...{ id: 'r', model: 'm', version: 2, fate: 'good', state: 'succeeded', events: [] },
  ...more,
});
const event = (type: string, at: number) => ({ type, at, data: {} });
const taken = { model: 'm', gone: 2, at: 90_000, until: Infinity, by: 'the worker' as const };
const calms = [{ from: 101_000, until: 120_000 }];
const served = (at: number) => asked(at, { version: 2, status: 200, problem: null });
const counts = (recorded: number) => [
  { what: 'answers', acknowledged: 10, recorded, mayBeMissing: 2, mayBeMore: 1 },
];

const CASES: readonly (readonly [what: string, story: Partial<Story>, InvariantName[]])[] = [
  ['nothing happened', {}, []],
  ['a caller fails without a fault', { asked: [asked(100_500)] }, ['a']],
  ['while its gateway is down', { asked: [asked(100_500)], happened: [fault('gateway-1')] }, []],
  ['while the other gateway is down', { asked: [asked(100_500)], happened: [fault('gateway-2')] }, ['a']],
  [
    'while its gateway cannot reach the api',
    { asked: [asked(100_500)], happened: [fault('gateway-1 → api')] },
    ['a'],
  ],
  ['while its own server is cut off', { asked: [asked(100_500)], happened: [fault('m primary', 1)] }, []],
  ['while the candidate is cut off', { asked: [asked(100_500)], happened: [fault('m candidate', 2)] }, ['a']],
  ['long after its server was', { asked: [asked(130_000)], happened: [fault('m primary', 1)] }, ['a']],
  [
    'a bad one is promoted',
    { rollouts: [rollout({ fate: 'hangs', events: [event('rollout.promoted', 1)] })] },
    ['b'],
  ],
  ['a bad one is rolled back', { rollouts: [rollout({ fate: 'hangs', state: 'rolled_back' })] }, []],
  ['a good one is rolled back', { rollouts: [rollout({ state: 'rolled_back' })] }, ['d']],
  [
    'a good one is rolled back whose server was cut off',
    {
      rollouts: [
        rollout({
          state: 'rolled_back',
          events: [event('rollout.created', 99_000), event('rollout.rolled_back', 103_000)],
        }),
      ],
      happened: [fault('m candidate', 2)],
    },
    [],
  ],
  ['what is gone serves during the faults', { committed: [taken], calms, asked: [served(100_500)] }, []],
  ['what is gone serves just after them', { committed: [taken], calms, asked: [served(105_900)] }, []],
  ['what is gone serves long after them', { committed: [taken], calms, asked: [served(106_100)] }, ['c']],
  [
    'it was put back meanwhile',
    { committed: [{ ...taken, until: 106_000 }], calms, asked: [served(106_100)] },
    [],
  ],
  ['as many as were acknowledged', { counted: counts(10) }, []],
  ['two may be missing', { counted: counts(8) }, []],
  ['one too few', { counted: counts(7) }, ['e']],
  ['one too many', { counted: counts(12) }, ['e']],
  ['a broken record', { recordProblems: ['m 3'] }, ['e']],
  ['something is stuck', { stuck: ['m'] }, ['f']],
  ['a 500', { oddAnswers: ['GET /'] }, ['g']],
];

it.each(CASES)('%s', (_what, story, found) => {
  expect(findViolations({ ...NOTHING, ...story }, 5_000).map(({ invariant }) => invariant)).toEqual(found);
});

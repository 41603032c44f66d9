import { expect, it } from '@jest/globals';
import { findViolations, type InvariantName } from './invariants.ts';
import { repeatedLines } from './repeated-lines.ts';
import type { Asked, Happened, LiveLook, Pulse, QueueBroken, Story, Switch, Told } from './story.ts';

const NOTHING: Story = {
  ...{ asked: [], happened: [], calms: [], rollouts: [], committed: [], counted: [] },
  ...{ stuck: [], looks: [], recordProblems: [], oddAnswers: [] },
  ...{
    gateways: ['gateway-1', 'gateway-2'],
    switches: [],
    pulses: [],
    harms: [],
    queueBroken: [],
    outages: [],
  },
  ...{ harmMs: 10_000, logBytes: {}, repeatedLines: [], deadlocks: 0 },
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
const calms = [{ from: 101_000, until: 120_000, slackMs: 0 }];
const served = (at: number) => asked(at, { version: 2, status: 200, problem: null });
const counts = (recorded: number) => [
  { what: 'answers', acknowledged: 10, recorded, mayBeMissing: 2, mayBeMore: 1 },
];

const switched = (more: Partial<Switch>): Switch => ({
  ...{ model: 'hand', version: 2, gone: 1, asked: 100_000, answered: 100_100, until: Infinity },
  inForce: { 'gateway-1': 102_000, 'gateway-2': 102_000 },
  ...more,
});
const pulses = (from: number, until: number, more: Partial<Pulse> = {}): Pulse[] =>
  Array.from({ length: (until - from) / 500 }, (_, i) => ({
    ...{ at: from + i * 500, isReady: true, wroteBy: from + i * 500 + 20, noiseMs: 10 },
    ...more,
  }));
const queueBroken = (brought: number, around: number): QueueBroken[] => [
  {
    scene: 's',
    from: 90_000,
    until: 101_000,
    idleMs: 6_000,
    after: [{ worker: 'worker-1', brought, around }],
  },
];
const outage = { from: 90_000, until: 101_000, told: 95_000, isLogged: true, isOver: true };
const log = (times: readonly number[]): string =>
  times
    .map((time) =>
      JSON.stringify({ level: 50, time, pid: 7, msg: 'lost', err: { type: 'E', message: `port ${time}` } }),
    )
    .join('\n');
/** One rollout, looked at every second for half a minute; well, but for what `more` says. */
const lives = (more: (second: number) => Partial<LiveLook>): LiveLook[] =>
  Array.from({ length: 30 }, (_, n) => {
    const at = 100_000 + n * 1_000;
    const base = { id: 'r', model: 'm', version: 2, state: 'running', revision: 3, isProven: false };
    return { ...base, at, decidedAt: at - 500, dueAt: at + 4_000, evidence: n * 3, requests: n, ...more(n) };
  });
const candidates = Array.from({ length: 20 }, (_, n) => served(101_000 + n));
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
  ['a rollout collects', { looks: lives(() => ({})), asked: candidates }, []],
  ['nobody calls it', { looks: lives(() => ({ evidence: 7, requests: 2 })) }, []],
  ['nobody looks at it', { looks: lives(() => ({ decidedAt: 1, dueAt: 2, evidence: 3 })) }, ['f']],
  [
    'it stands, is looked at, and has nothing new to say',
    { looks: lives(() => ({ state: 'paused', decidedAt: 1, evidence: 3 })) },
    [],
  ],
  ['its callers are not counted', { looks: lives(() => ({ evidence: 7 })), asked: candidates }, ['f']],
  [
    'they are counted late, as the machine is busy',
    { looks: lives((n) => ({ evidence: n < 12 ? 7 : n })), asked: candidates },
    [],
  ],
  ['what is counted is not judged', { looks: lives(() => ({ decidedAt: 90_000 })) }, ['f']],
  ['it has its proof and stays', { looks: lives(() => ({ isProven: true, requests: 60 })) }, ['f']],
  ['it has its proof and moves', { looks: lives((n) => ({ isProven: n < 10, requests: 60 })) }, []],
  ['nothing is enough for it', { looks: lives((n) => ({ requests: 100 * n })) }, ['f']],
  ['a 500', { oddAnswers: ['GET /'] }, ['g']],
  ['a command is in force soon after the faults', { calms, switches: [switched({})] }, []],
  [
    'at one gateway it is not, for good',
    { calms, switches: [switched({ inForce: { 'gateway-1': 102_000 } })] },
    ['c'],
  ],
  [
    'at one gateway it is late',
    { calms, switches: [switched({ inForce: { 'gateway-1': 102_000, 'gateway-2': 106_200 } })] },
    ['c'],
  ],
  [
    'it is late by no more than the noise of the machine',
    {
      calms: [{ from: 101_000, until: 120_000, slackMs: 500 }],
      switches: [switched({ inForce: { 'gateway-1': 102_000, 'gateway-2': 106_200 } })],
    },
    [],
  ],
  [
    'the next faults came before it was due',
    { calms: [{ from: 101_000, until: 105_000, slackMs: 0 }], switches: [switched({ inForce: {} })] },
    [],
  ],
  ['a command is not taken', { calms, switches: [switched({ answered: Infinity, inForce: {} })] }, ['h']],
  [
    'a command is taken late',
    { calms, switches: [switched({ answered: 106_500, inForce: {}, until: 107_000 })] },
    ['h'],
  ],
  [
    'a write fails while all should be well',
    { calms, pulses: pulses(108_000, 109_000, { wroteBy: null }) },
    ['h'],
  ],
  ['one fails just after the faults', { calms, pulses: pulses(101_500, 104_000, { wroteBy: null }) }, []],
  [
    'an api that cannot write says that it is ready',
    { pulses: pulses(80_000, 96_000, { wroteBy: null }) },
    ['i'],
  ],
  [
    'it could not while the faults lasted, and is ready just after them',
    {
      calms: [{ from: 95_000, until: 99_000, slackMs: 0 }],
      pulses: pulses(80_000, 96_000, { wroteBy: null }).map((one) => ({ ...one, isReady: one.at > 95_000 })),
    },
    [],
  ],
  ['it says that it is not', { pulses: pulses(80_000, 96_000, { wroteBy: null, isReady: false }) }, []],
  ['it cannot write for a moment', { pulses: pulses(80_000, 88_000, { wroteBy: null }) }, []],
  [
    'harm is done for long while the queue is away',
    { queueBroken: queueBroken(1, 1), harms: [{ version: 2, begun: 91_000, ended: 102_000 }] },
    ['j'],
  ],
  [
    'it is taken off',
    { queueBroken: queueBroken(1, 1), harms: [{ version: 2, begun: 91_000, ended: 95_000 }] },
    [],
  ],
  ['the queue is not used again', { queueBroken: queueBroken(0, 7) }, ['k']],
  [
    'nobody looks while the queue brings nothing',
    { queueBroken: queueBroken(1, 1).map((one) => ({ ...one, idleMs: 12_000 })) },
    ['j'],
  ],
  ['there was nothing to do', { queueBroken: queueBroken(0, 0) }, []],
  ['a log that fills disks', { logBytes: { api: 1e6 } }, ['l']],
  [
    'a line that comes again and again',
    { repeatedLines: repeatedLines('api', log([1_000, 2_000, 62_500, 3_000])) },
    ['l'],
  ],
  [
    'one that comes once a minute',
    { repeatedLines: repeatedLines('api', log([1_000, 60_500, 121_000])) },
    [],
  ],
  ['a deadlock', { deadlocks: 1 }, ['m']],
  ['an outage is told of', { outages: [outage] }, []],
  ['an outage is not told of', { outages: [{ ...outage, told: null }] }, ['n']],
  ['an outage is in no log', { outages: [{ ...outage, isLogged: false }] }, ['n']],
  ['an outage that is over is told of', { outages: [{ ...outage, isOver: false }] }, ['n']],
];

it.each(CASES)('%s', (_what, story, found) => {
  expect(findViolations({ ...NOTHING, ...story }, 5_000).map(({ invariant }) => invariant)).toEqual(found);
});

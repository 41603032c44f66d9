import { beforeEach, expect, it } from '@jest/globals';
import {
  actOnRollout,
  probesOfAction,
  probeTargets,
  promoteVersion,
  type Registered,
  reconcileRollout,
  sweepOnce,
} from '#libs/engine';
import { deployed, FakeGateway, reconcilePorts, register, tally } from '../support/builders.ts';
import { LLM_POLICY } from '../../examples/demo/llm-policy.ts';
import { DEMO_POLICY } from '../../examples/demo/policy.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/*
 * A bake has a minute. Nobody who is held back ever calls, so that nothing can be compared: how it ends is for whoever made the version
 * primary. The whole engine, with a clock of the test's own.
 */
let db: MemoryDatabase;
let gateway: FakeGateway;
let second: Registered;
beforeEach(async () => {
  db = new MemoryDatabase();
  gateway = new FakeGateway(db.uow);
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  await look(first);
});

const look = async ({ rollout }: Registered) =>
  (await reconcileRollout(reconcilePorts(db.uow), rollout!.id))?.kind;
const record = () => db.state.rollouts.get(second.rollout!.id)!;
const waits = () => [...db.state.events.values()].flat().filter(({ type }) => type === 'rollout.waits');

const CANARY = (weight: string) => ({ canary: { weight, minRequests: 10, maxDuration: '1h' } });
const APPROVAL = { approval: { approvers: 1 } };
const BAKE = { bake: { duration: '1m' } };
async function released(steps: object[], more: object = {}): Promise<void> {
  const gates = [{ metric: 'error_rate', maxIncrease: 0.005 }];
  const policy = { name: 'p', promoteWhen: 'notFailed', steps, gates, ...more };
  second = await register(db.uow, 'm', { rollout: { policy } });
  await deployed(db.uow, second);
  await look(second);
  await pass(2);
}

/** Seconds in which everybody calls whom the route names, but for the units that a bake holds back. */
async function pass(seconds: number, calls = true): Promise<void> {
  for (let i = 0; i < seconds && record().endedAt === null; i++) {
    db.nowMs += 1_000;
    await gateway.acknowledge('m');
    const arms =
      record().state === 'baking' ? { primary: tally(3) } : { primary: tally(3), candidate: tally(3) };
    if (calls) await gateway.post('m', record().id, arms);
    const { handOver } = await sweepOnce(db.uow, 10, 1_000);
    for (const rollout of handOver) await reconcileRollout(reconcilePorts(db.uow), rollout);
  }
}

async function say(action: 'skip' | 'promote' | 'approve'): Promise<void> {
  const serving = reconcilePorts(db.uow).checks.serving;
  const probes = await probesOfAction({ uow: db.uow, serving }, record(), action);
  await db.uow.run((stores) =>
    actOnRollout(stores, record().id, { action, actor: 'ann', authority: 'admin', reason: 'a test', probes }),
  );
}

async function byAdmin(): Promise<void> {
  const { serving } = reconcilePorts(db.uow).checks;
  const probes = await probeTargets({ uow: db.uow, serving }, 'm', { versions: [2] });
  await db.uow.run((stores) => promoteVersion(stores, 'm', 2, { reason: 'a test', actor: 'ann', probes }));
}

const WAYS_BY_HAND: [string, () => Promise<void>][] = [
  ['promote', async () => (await released([CANARY('50%'), BAKE]), say('promote'))],
  ['a skip of the only canary', async () => (await released([CANARY('50%'), BAKE]), say('skip'))],
  [
    'a skip of the last canary, and an approval',
    async () => {
      await released([CANARY('50%'), APPROVAL, BAKE]);
      await say('skip');
      await say('approve');
    },
  ],
  ['an approval before which nobody called', async () => (await released([APPROVAL, BAKE]), say('approve'))],
  ["an admin's promotion", async () => (await released([CANARY('50%'), BAKE]), byAdmin())],
];

it.each(WAYS_BY_HAND)(
  'by hand, %s: it ends by itself, and says that nothing was compared',
  async (_way, go) => {
    await go();
    await pass(50);
    expect(record().state).toBe('baking');
    await pass(20);
    expect(record().state).toBe('succeeded');
    expect(record().decision?.because).toMatch(
      /^1m of bake are over; a person made it primary, and nothing could be compared: error_rate /,
    );
    expect(waits()).toEqual([]);
  },
);

const BY_GATES: [string, object[], ('skip' | 'approve')[]][] = [
  ['the gates', [CANARY('50%'), BAKE], []],
  ['the gates, after a skip of an earlier canary', [CANARY('1%'), CANARY('50%'), BAKE], ['skip']],
  ['the gates and an approval', [CANARY('50%'), APPROVAL, BAKE], ['approve']],
  [
    'the gates, after a skip and an approval of an earlier canary',
    [CANARY('1%'), APPROVAL, CANARY('50%'), BAKE],
    ['skip', 'approve'],
  ],
];
/** Ten requests are seen in four seconds; then it waits for whoever is asked, or bakes. */
async function earned(steps: object[], words: readonly ('skip' | 'approve')[], more: object = {}) {
  await released(steps, more);
  if (words.includes('skip')) await say('skip');
  await pass(6);
  if (words.includes('approve')) await say('approve');
  await pass(words.includes('skip') && words.includes('approve') ? 6 : 1);
  expect(record().state).toBe('baking');
}

it.each(BY_GATES)(
  'by %s: it is left to a person, told once, and skip ends it',
  async (_way, steps, words) => {
    await earned(steps, words, { onNoData: 'pause' });
    await pass(80);
    // A job that was queued long ago looks once more.
    expect(await look(second)).toBe('pause');
    expect(record()).toMatchObject({ state: 'baking', decision: { kind: 'pause' } });
    expect(record().decision?.because).toMatch(/skip keeps the new primary, abort goes back$/);
    expect(waits()).toHaveLength(1);
    await say('skip');
    expect(record().state).toBe('succeeded');
  },
);

it.each(BY_GATES)('by %s: the policy takes it back', async (_way, steps, words) => {
  await earned(steps, words, { onNoData: 'rollback' });
  await pass(80);
  expect(record().state).toBe('rolled_back');
  expect(db.state.routes.at(-1)?.primary.version).toBe(1);
});

it('a bake that is left to a person ends by itself once those who are held back have called', async () => {
  await earned([CANARY('50%'), BAKE], []);
  await pass(70);
  expect(record().decision?.kind).toBe('pause');
  await gateway.post('m', record().id, { primary: tally(20), candidate: tally(20) });
  await pass(2);
  expect(record()).toMatchObject({
    state: 'succeeded',
    decision: { because: 'no harm was found in 1m of bake' },
  });
});

it('by hand or not, one in which nobody calls ends, or says so', async () => {
  await released([CANARY('50%'), BAKE]);
  await say('promote');
  await pass(70, false);
  expect(record()).toMatchObject({ state: 'succeeded' });
  expect(record().decision?.because).toMatch(/nothing could be compared: nobody has called/);
});

it.each([DEMO_POLICY, LLM_POLICY])(
  'the demo $name waits for callers in its bake, on a machine however slow',
  async (demo) => {
    const { onNoData, onUndecided } = demo;
    await earned([CANARY('50%'), demo.steps.at(-1) ?? {}], [], { onNoData, onUndecided });
    await pass(5, false);
    await gateway.post('m', record().id, { primary: tally(1), candidate: tally(1) });
    await pass(15, false);
    expect(record().state).toBe('baking');
    await gateway.post('m', record().id, { primary: tally(20), candidate: tally(20) });
    await pass(2, false);
    expect(record()).toMatchObject({
      state: 'succeeded',
      decision: { because: 'no harm was found in 5s of bake' },
    });
  },
);

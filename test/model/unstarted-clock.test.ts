import { beforeEach, describe, expect, it } from '@jest/globals';
import { ingestEvidence, type Registered, reconcileRollout, sweepOnce } from '#libs/engine';
import { sketchOf, type Tally } from '#libs/stats';
import { deployed, FakeGateway, reconcilePorts, register, tally } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/*
 * Two gateways: one serves by the step's route, the other is alive and never acknowledges it. Callers of the first meet a candidate that
 * is ten times as slow, or fails in its cold start and after it. The whole engine, with a clock of the test's own.
 */
let db: MemoryDatabase;
let gateway: FakeGateway;
let second: Registered;
beforeEach(async () => {
  db = new MemoryDatabase();
  gateway = new FakeGateway(db.uow);
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  await reconcile(first);
  const artifact = { uri: 'file:///x', digest: `sha256:${'0'.repeat(64)}` };
  const policy = {
    ...{ name: 'p', steps: [{ canary: { weight: '50%', minRequests: 100_000, maxDuration: '10m' } }] },
    gates: [
      { metric: 'error_rate', maxIncrease: 0.02 },
      { metric: 'latency_p95', maxIncreaseRatio: 1.5 },
    ],
  };
  second = await register(db.uow, 'm', { rollout: { policy }, artifact, servingUrl: null });
  await deployed(db.uow, second, 'ready', 'http://127.0.0.1:8');
  expect(await reconcile(second)).toBe('advance');
});

const reconcile = async ({ rollout }: Registered) =>
  (await reconcileRollout(reconcilePorts(db.uow), rollout!.id))?.kind;
const record = () => db.state.rollouts.get(second.rollout!.id)!;
const timed = (requests: number, ms: number, errors = 0): Tally =>
  tally(requests, errors, { latency: sketchOf(Array<number>(requests).fill(ms)) });
let heartbeats = 0;
/** Heartbeats of a gateway that never acknowledges: under one id, or under a fresh one each time. */
const heartbeat = (gatewayId: string) =>
  ingestEvidence(db.uow, {
    ...{ gateway: gatewayId, boot: 'b', sequence: ++heartbeats, acknowledged: [], entries: [] },
  });
/** A second at a time; what the first gateway's callers meet each second is counted by the newest route. */
async function pass(
  seconds: number,
  each: Partial<Record<'primary' | 'candidate', Tally>>,
  id: () => string,
) {
  for (let i = 0; i < seconds && record().endedAt === null; i++) {
    db.nowMs += 1_000;
    await heartbeat(id());
    await gateway.acknowledge('m');
    await gateway.post('m', second.rollout!.id, each);
    const { handOver } = await sweepOnce(db.uow, 10, 1_000);
    for (const rollout of handOver) await reconcileRollout(reconcilePorts(db.uow), rollout);
  }
}
const hangs = () => 'gateway-2';
const fresh = () => `gateway-${heartbeats}`;

describe.each([
  ['one gateway hangs', hangs],
  ['a gateway has another id each time', fresh],
])('while %s', (_title, id) => {
  it.each(['running', 'paused'] as const)('harm is acted on within seconds, %s', async (state) => {
    await heartbeat(id());
    if (state === 'paused') db.state.rollouts.set(record().id, { ...record(), state: 'paused' });
    await pass(20, { primary: timed(60, 20), candidate: timed(60, 200) }, id);
    expect(record().state).toBe('rolled_back');
    expect(record().decision?.because).toMatch(/^latency_p95/);
  });
});

it('a candidate that goes on failing after its cold start is rolled back, and what it failed in it is left out', async () => {
  await heartbeat('gateway-2');
  await pass(8, { primary: timed(60, 20), candidate: timed(60, 20, 60) }, hangs);
  expect(record()).toMatchObject({ state: 'running', stepStartedAt: null });
  await pass(8, { primary: timed(60, 20), candidate: timed(60, 20, 60) }, hangs);
  expect(record().state).toBe('rolled_back');
});

it('the step begins without a gateway that is behind for 30 s, and says which', async () => {
  const well = { primary: timed(60, 20), candidate: timed(60, 20) };
  await heartbeat('gateway-2');
  await pass(29, well, hangs);
  expect(record()).toMatchObject({ state: 'running', stepStartedAt: null });
  expect(record().decision?.because).toMatch(/1 of 2 have not yet \(gateway-2\)/);
  await pass(3, well, hangs);
  expect(record().stepStartedAt).not.toBeNull();
  const started = [...db.state.events.values()].flat().find(({ type }) => type === 'rollout.step_started');
  expect(started?.data).toMatchObject({ notWaitedFor: ['gateway-2'] });
});

it('the step begins though the clock was set back by hours while a gateway hangs', async () => {
  const well = { primary: timed(60, 20), candidate: timed(60, 20) };
  await heartbeat('gateway-2');
  await pass(5, well, hangs);
  db.nowMs -= 5 * 3_600_000;
  await pass(35, well, hangs);
  expect(record().stepStartedAt).not.toBeNull();
});

it('a step keeps what it has behind it when the clock is set back to within it', async () => {
  const well = { primary: timed(60, 20), candidate: timed(60, 20) };
  await pass(60, well, () => 'g');
  const before = record().stepStartedAt!;
  for (const backMs of [2_000, 11_000, 20_000]) {
    db.nowMs -= backMs;
    // A worker looks before a gateway is heard of again: none has been by the clock that was set back.
    await reconcile(second);
    await pass(2, well, () => 'g');
    await reconcile(second);
    expect(record()).toMatchObject({ state: 'running', clockStoppedAt: null });
    expect(record().stepStartedAt! - before).toBeLessThanOrEqual(6_000);
  }
});

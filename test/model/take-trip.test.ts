import { beforeEach, expect, it } from '@jest/globals';
import { type Registered, reconcileRollout, takeTrip } from '#libs/engine';
import { deployed, FakeGateway, reconcilePorts, register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

let db: MemoryDatabase;
let second: Registered;
const reconcile = async ({ rollout }: Registered) =>
  (await reconcileRollout(reconcilePorts(db.uow), rollout!.id))?.kind;
beforeEach(async () => {
  db = new MemoryDatabase();
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  await reconcile(first);
  const policy = {
    ...{ name: 'p', steps: [{ canary: { weight: '50%', minRequests: 10, maxDuration: '1h' } }] },
    gates: [{ metric: 'error_rate', maxIncrease: 0.2 }],
  };
  second = await register(db.uow, 'm', { rollout: { policy }, servingUrl: 'http://127.0.0.1:8' });
  await deployed(db.uow, second, 'ready', 'http://127.0.0.1:8');
  await reconcile(second);
  await new FakeGateway(db.uow).acknowledge('m');
});

const gatewayOf = (name: string) => ({ gateway: name, boot: 'b' });
const trip = (more: object, gateway = 'gateway-1') =>
  takeTrip(db.uow, gatewayOf(gateway), {
    ...{ model: 'm', rolloutId: second.rollout!.id, version: 2, failures: 8, of: 8, inARow: 8, ...more },
    ...{ primaryFailures: 0, primaryOf: 60, pauseMs: 5_000 },
  });
/** The n-th of pauses without an answer between them. */
const inARow = (n: number, gateway?: string) => trip({ inARow: 8 * n, number: n }, gateway);
const record = () => db.state.rollouts.get(second.rollout!.id)!;
const events = () =>
  [...db.state.events.values()].flat().filter(({ type }) => type === 'rollout.traffic_paused');

it('is a pause of the traffic, however sure one window looks: the rollout goes on', async () => {
  expect(await inARow(1)).toBe(false);
  expect(record().state).toBe('running');
  expect(events()).toHaveLength(1);
  expect(await reconcile(second)).toBe('hold');
});

it('is noted once, however often it is told, and counts once', async () => {
  for (let i = 0; i < 9; i++) expect(await inARow(1)).toBe(false);
  for (let i = 0; i < 3; i++) expect(await trip({})).toBe(false);
  expect(events()).toHaveLength(2);
  expect(record().state).toBe('running');
});

it('ends the rollout where pause follows pause without an answer, at the only gateway that there is', async () => {
  for (const n of [1, 2, 3]) expect(await inARow(n)).toBe(false);
  expect(await inARow(4)).toBe(true);
  expect(record()).toMatchObject({ state: 'rolled_back' });
});

it('needs more than one gateway where several serve the model', async () => {
  await new FakeGateway(db.uow, 'gateway-2').acknowledge('m');
  for (let n = 1; n <= 8; n++) expect(await inARow(n)).toBe(false);
  for (let n = 1; n <= 4; n++) expect(await inARow(n, 'gateway-2')).toBe(false);
  expect(await inARow(5, 'gateway-2')).toBe(true);
});

it('counts for nothing in a start period', async () => {
  db.state.rollouts.set(record().id, { ...record(), startPhase: { sinceMs: 0, cold: true } });
  for (let n = 1; n <= 8; n++) expect(await inARow(n)).toBe(false);
  // Nor does one of a gateway of before, which stops for good.
  const old = { model: 'm', rolloutId: second.rollout!.id, version: 2, failures: 8, of: 10 };
  expect(await takeTrip(db.uow, gatewayOf('gateway-1'), old)).toBe(false);
  expect(record().state).toBe('running');
});

it('of a gateway of before, which stops for good, ends the rollout where it is the only one', async () => {
  const old = { model: 'm', rolloutId: second.rollout!.id, version: 2, failures: 8, of: 10 };
  expect(await takeTrip(db.uow, gatewayOf('gateway-1'), old)).toBe(true);
});

it.each([
  ['the policy has none', { localTrip: false }],
  ['nobody is sent to the candidate', { steps: [{ shadow: { minRequests: 10, maxDuration: '1h' } }] }],
])('is refused where %s', async (_title, more) => {
  db.state.rollouts.set(record().id, {
    ...record(),
    policyHash: JSON.stringify(more),
    policy: { ...(record().policy as object), ...more },
  });
  await expect(inARow(1)).rejects.toMatchObject({ code: 'trip_unasked' });
  expect(events()).toHaveLength(0);
});

import { beforeEach, expect, it } from '@jest/globals';
import { type Registered, reconcileRollout, takeTrip } from '#libs/engine';
import { deployed, FakeGateway, reconcilePorts, register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory-stores.ts';

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

const trip = (more: object) =>
  takeTrip(db.uow, 'g', {
    ...{ model: 'm', rolloutId: second.rollout!.id, version: 2, failures: 8, of: 10, ...more },
  });
const state = () => db.state.rollouts.get(second.rollout!.id)?.state;
const types = () => [...db.state.events.values()].flat().map(({ type }) => type);

it('is a pause of the traffic where what the gateway saw may be chance: the rollout goes on', async () => {
  expect(await trip({ inARow: 3, primaryFailures: 1, primaryOf: 10, pauseMs: 5_000 })).toBe(false);
  expect(state()).toBe('running');
  expect(types()).toContain('rollout.traffic_paused');
  expect(await reconcile(second)).toBe('hold');
});

it.each([
  ['it is none', { inARow: 0, primaryFailures: 0, primaryOf: 60, pauseMs: 5_000 }],
  [
    'it goes on after pauses',
    { failures: 3, of: 3, inARow: 9, primaryFailures: 0, primaryOf: 12, pauseMs: 20_000 },
  ],
  ['the gateway is of before, and stops for good', {}],
])('is a rollback where %s', async (_title, more) => {
  expect(await trip(more)).toBe(true);
  expect(state()).toBe('rolled_back');
});

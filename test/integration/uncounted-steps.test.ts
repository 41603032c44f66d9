import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { reconcileRollout, requireRollout } from '#libs/engine';
import { deployed, FakeGateway, reconcilePorts, register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

/* A step with `minRequests: 0` owes no counts: its time must not pass while nobody moves callers. */

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeEach(async () => {
  db = await freshUnitOfWork();
});
afterEach(() => db.close());

const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };
const UNCOUNTED = {
  name: 'weights',
  steps: [{ canary: { weight: '10%', minRequests: 0, minDuration: '1h', maxDuration: '2h' } }],
  gates: [{ metric: 'http', name: 'verdict', url: 'http://verdicts.example/', interval: '1s' }],
};
const released = async (policy: object): Promise<string> => {
  const registered = await register(db.uow, 'm', { rollout: { policy } });
  await deployed(db.uow, registered);
  return registered.rollout?.id ?? '';
};
const look = async (id: string) => {
  await reconcileRollout(reconcilePorts(db.uow), id);
  return db.uow.read((stores) => requireRollout(stores, id));
};
const moverSpeaks = () => db.uow.run((stores) => stores.abilities.note(['plane-moves-callers']));
const ago = (table: string, column: string, time: string) =>
  db.query(`UPDATE ${table} SET ${column} = clock_timestamp() - interval '${time}'`);

it('it begins when what moves callers is there and all serve by its route, however long that takes', async () => {
  await look(await released(AT_ONCE));
  const id = await released(UNCOUNTED);
  await look(id);
  // Gateways serve by any route at once; the one that moves callers is away.
  const gateway = new FakeGateway(db.uow, 'gateway-1');
  await gateway.acknowledge('m');
  const waiting = await look(id);
  expect(waiting.stepStartedAt).toBeNull();
  expect(waiting.decision?.because).toMatch(/^nothing that moves callers .* has been heard of/);

  // It is there, and has not moved them: 30 s, after which others are not waited for, change nothing.
  await moverSpeaks();
  const router = new FakeGateway(db.uow, 'router-1');
  await router.post('m', id, {}, 1);
  await ago('route', 'created_at', '10 minutes');
  expect((await look(id)).stepStartedAt).toBeNull();
  await router.acknowledge('m');
  expect((await look(id)).stepStartedAt).not.toBeNull();
});

it('its clock stands still while what moves callers is away, though gateways are heard of', async () => {
  await look(await released(AT_ONCE));
  const id = await released(UNCOUNTED);
  await look(id);
  await moverSpeaks();
  const gateway = new FakeGateway(db.uow, 'gateway-1');
  await gateway.acknowledge('m');
  expect((await look(id)).clockStoppedAt).toBeNull();
  await ago('worker_ability', 'seen_at', '20 seconds');
  await gateway.post('m', id, {});
  expect((await look(id)).clockStoppedAt).not.toBeNull();
  await moverSpeaks();
  await gateway.post('m', id, {});
  expect((await look(id)).clockStoppedAt).toBeNull();
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { actOnRollout, fewUnitsWarnings, reconcileRollout, requireModel, trafficSeen } from '#libs/engine';
import { parsePolicy, slowSteps } from '#libs/rollout';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, FakeGateway, reconcilePorts, register, tally } from '../support/builders.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
/** One process: what it sends is numbered. */
let gateway: FakeGateway;
beforeAll(async () => {
  db = await freshUnitOfWork();
  gateway = new FakeGateway(db.uow);
});
afterAll(() => db.close());

const document = {
  ...{ name: 'p', steps: [{ canary: { weight: '50%', minRequests: 10_000, maxDuration: '1h' } }] },
  gates: [{ metric: 'error_rate', maxIncrease: 0.01 }],
};

it('whoever saves a policy hears which gate the callers of the latest rollouts are too few to prove', async () => {
  const warned = (policy: object) =>
    db.uow.read((stores) => fewUnitsWarnings(stores, 'm', parsePolicy(policy)));
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout!.id);
  // Nobody has counted anything yet.
  expect(await warned(document)).toEqual([]);

  const second = await register(db.uow, 'm', { rollout: { policy: document } });
  await deployed(db.uow, second);
  const id = second.rollout!.id;
  await reconcileRollout(reconcilePorts(db.uow), id);
  await gateway.acknowledge('m');
  const units = (from: number) => Array.from({ length: 25 }, (_, i) => 1_000 * (from + i));
  await gateway.post('m', id, {
    primary: { ...tally(300), units: units(1) },
    candidate: { ...tally(300), units: units(26) },
  });
  expect(await warned(document)).toMatchObject([
    {
      code: 'gate_few_units',
      pointer: '/gates/0',
      detail: expect.stringMatching(
        /"error_rate".*saw some 50 distinct units.*meets some 25 of 50 units.*at least some 410/,
      ),
    },
  ]);
  expect(await warned({ ...document, promoteWhen: 'notFailed' })).toEqual([]);
});

it('the traffic of a model is told by the steps of its latest rollout that has any', async () => {
  const seen = () =>
    db.uow.read(async (stores) => trafficSeen(stores, (await requireModel(stores, 'busy')).id));
  const first = await register(db.uow, 'busy');
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout!.id);
  expect(await seen()).toBeNull();
  const second = await register(db.uow, 'busy', { rollout: { policy: document } });
  await deployed(db.uow, second);
  const id = second.rollout!.id;
  await reconcileRollout(reconcilePorts(db.uow), id);
  await gateway.acknowledge('busy');
  await gateway.post('busy', id, { primary: tally(300), candidate: tally(300) });
  await reconcileRollout(reconcilePorts(db.uow), id);
  // Its step has begun, and has not ended.
  expect(await seen()).toBeNull();
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await db.uow.run((stores) =>
    actOnRollout(stores, id, { action: 'abort', reason: 'r', actor: 'anna', authority: 'operate' }),
  );
  const rate = (await seen()) ?? 0;
  // 600 in a step of a second or more, of which nobody knows how long the machine took.
  expect(rate).toBeGreaterThan(0);
  expect(rate).toBeLessThanOrEqual(600);
  const slow = slowSteps(parsePolicy(document), rate / 1_000);
  expect(slow).toHaveLength(1);
});

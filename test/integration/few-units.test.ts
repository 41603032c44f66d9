import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fewUnitsWarnings, reconcileRollout } from '#libs/engine';
import { parsePolicy } from '#libs/rollout';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, FakeGateway, reconcilePorts, register, tally } from '../support/builders.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
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
  const gateway = new FakeGateway(db.uow);
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

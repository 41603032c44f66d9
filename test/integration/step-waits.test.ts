import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { reconcileRollout, requireRollout } from '#libs/engine';
import { deployed, FakeGateway, reconcilePorts, register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());

const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };

it('a step that cannot begin says which gateways it waits for', async () => {
  const release = async (policy?: object): Promise<string> => {
    const registered = await register(db.uow, 'm', policy ? { rollout: { policy } } : {});
    await deployed(db.uow, registered);
    return registered.rollout?.id ?? '';
  };
  const reason = async (id: string): Promise<string> => {
    await reconcileRollout(reconcilePorts(db.uow), id);
    const { decision } = await db.uow.read((stores) => requireRollout(stores, id));
    return decision?.because ?? '';
  };
  await reason(await release(AT_ONCE));
  const id = await release();
  await reason(id);
  expect(await reason(id)).toMatch(
    /^no gateway has ever been heard of; the step begins when one has acknowledged route revision \d+$/,
  );
  const gateways = ['a', 'b', 'c', 'd', 'e'].map((name) => new FakeGateway(db.uow, `gateway-${name}`));
  // Alive, and at the route of before.
  for (const gateway of gateways) await gateway.post('m', id, {}, 1);
  expect(await reason(id)).toMatch(
    /^waiting until all gateways have acknowledged route revision (\d+): 5 of 5 have not yet \(gateway-a, gateway-b, gateway-c and 2 more\)$/,
  );
  for (const gateway of gateways.slice(0, 4)) await gateway.acknowledge('m');
  expect(await reason(id)).toMatch(/: 1 of 5 have not yet \(gateway-e\)$/);
  await gateways[4]?.acknowledge('m');
  expect(await reason(id)).toBe('0 of 10 requests seen');
});

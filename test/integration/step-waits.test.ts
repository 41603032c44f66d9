import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Probes, reconcileRollout, requireRollout, rollBack, whyItWaits } from '#libs/engine';
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

it('a gateway that nobody hears of is named where the route goes on without it', async () => {
  const release = async (policy: object): Promise<string> => {
    const registered = await register(db.uow, 'cut', { rollout: { policy } });
    await deployed(db.uow, registered);
    const id = registered.rollout?.id ?? '';
    await reconcileRollout(reconcilePorts(db.uow), id);
    return id;
  };
  const waits = (id: string) =>
    db.uow.read(async (stores) => (await whyItWaits(stores, await requireRollout(stores, id))).waitingFor);
  const heardOf = (ago: string): Promise<unknown> =>
    db.query(`UPDATE gateway SET seen_at = clock_timestamp() - interval '${ago}' WHERE id = 'cut off'`);
  await db.query(`UPDATE gateway SET seen_at = clock_timestamp() - interval '2 hours'`);
  await release(AT_ONCE);
  const [here, away] = [new FakeGateway(db.uow, 'here'), new FakeGateway(db.uow, 'cut off')];
  for (const gateway of [here, away]) await gateway.acknowledge('cut');
  const canary = { canary: { weight: '50%', minRequests: 10, maxDuration: '1h' } };
  const id = await release({ ...AT_ONCE, steps: [canary] });
  await heardOf('11 s');
  await here.acknowledge('cut');
  await reconcileRollout(reconcilePorts(db.uow), id);
  const UNHEARD = 'gateways not heard of lately, and on an older route if they serve callers still: cut off';
  expect(await waits(id)).toBe(`0 of 10 requests seen; ${UNHEARD}`);
  const fleet = await db.uow.read((stores) => stores.fleet.planes(86_400_000, 5));
  expect(fleet.find((plane) => plane.id === 'cut off')).toMatchObject({ isAlive: false, behind: 1 });
  const word = { reason: 'test', actor: 'anna', probes: Probes.FORCED };
  const { outcome } = await db.uow.run((stores) => rollBack(stores, 'cut', null, word));
  expect(outcome).toBe(`version 2 is off; version 1 serves; ${UNHEARD}`);

  // Gone for good, as far as anybody knows; or back.
  const again = await release({ ...AT_ONCE, steps: [canary] });
  await here.acknowledge('cut');
  await reconcileRollout(reconcilePorts(db.uow), again);
  expect(await waits(again)).toContain(UNHEARD);
  await heardOf('61 min');
  expect(await waits(again)).toBe('0 of 10 requests seen');
  await away.acknowledge('cut');
  expect(await waits(again)).toBe('0 of 10 requests seen');
});

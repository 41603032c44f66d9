import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { actOnRollout, probesOfAction, reconcileRollout, requireRollout } from '#libs/engine';
import { deployed, FakeGateway, reconcilePorts, register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

/** By what the units of a rollout are drawn, route by route. */
let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());

const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };
const LADDER = {
  name: 'ladder',
  steps: [
    { shadow: { minRequests: 10, maxDuration: '1h' } },
    { canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } },
    { canary: { weight: '50%', minRequests: 10, maxDuration: '1h' } },
    { bake: { duration: '1h', holdBack: '10%' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.2 }],
};

/** Goes through a rollout by skipping. @returns the salts of its routes, as they followed each other */
async function salts(model: string, policy: object): Promise<string[]> {
  const gateway = new FakeGateway(db.uow, model);
  const registered = await register(db.uow, model, { rollout: { policy } });
  const id = registered.rollout?.id ?? '';
  await deployed(db.uow, registered);
  const seen: string[] = [];
  for (;;) {
    await reconcileRollout(reconcilePorts(db.uow), id);
    await gateway.acknowledge(model);
    const rollout = await db.uow.read((stores) => requireRollout(stores, id));
    if (rollout.endedAt !== null) return seen;
    const route = await db.uow.read((stores) => stores.routes.find(rollout.modelId));
    if (route?.candidate) seen.push(route.salt);
    const serving = reconcilePorts(db.uow).checks.serving;
    const probes = await probesOfAction({ uow: db.uow, serving }, rollout, 'skip');
    const request = {
      action: 'skip' as const,
      actor: 'test',
      reason: 'a test',
      probes,
      step: rollout.stepIndex,
    };
    await db.uow.run((stores) => actOnRollout(stores, id, { ...request, authority: 'admin' }));
  }
}

it('a unit keeps its place through all steps of a rollout, the bake too; the next one draws anew', async () => {
  await salts('fresh', AT_ONCE);
  const rollouts = [await salts('fresh', LADDER), await salts('fresh', LADDER)];
  for (const one of rollouts) {
    expect(one).toHaveLength(4);
    expect(new Set(one).size).toBe(1);
  }
  expect(rollouts[0]?.[0]).not.toBe(rollouts[1]?.[0]);
});

it('with units: stable it is the same place each time', async () => {
  const policy = { ...LADDER, units: 'stable' };
  await salts('stable', AT_ONCE);
  expect(new Set([...(await salts('stable', policy)), ...(await salts('stable', policy))]).size).toBe(1);
});

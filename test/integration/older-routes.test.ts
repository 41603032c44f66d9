import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { reconcileRollout, requireRollout } from '#libs/engine';
import { deployed, FakeGateway, reconcilePorts, register, SMALL_POLICY } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

/** Routes that a release from before targets had a health path has stored. */
let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());

/** Registers a version of the model and reconciles its rollout. @returns its model's id */
async function release(policy: object, healthPath: string | null): Promise<string> {
  const gateway = new FakeGateway(db.uow, 'older');
  const registered = await register(db.uow, 'older', { rollout: { policy }, healthPath });
  const id = registered.rollout?.id ?? '';
  await deployed(db.uow, registered);
  for (let i = 0; i < 3; i++) {
    await reconcileRollout(reconcilePorts(db.uow), id);
    await gateway.acknowledge('older');
  }
  return (await db.uow.read((stores) => requireRollout(stores, id))).modelId;
}

it("a stored target without a health path has its version's", async () => {
  await release({ name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' }, '/one');
  const modelId = await release(SMALL_POLICY, '/two');
  const read = () =>
    db.uow.read(async (stores) => [await stores.routes.find(modelId), (await stores.routes.all())[0]]);
  const before = await read();
  for (const route of before)
    expect([route?.primary.healthPath, route?.candidate?.healthPath]).toEqual(['/one', '/two']);
  await db.asOwner(
    `UPDATE route SET "primary" = "primary" - 'healthPath', candidate = candidate - 'healthPath'`,
  );
  expect(await read()).toEqual(before);
});

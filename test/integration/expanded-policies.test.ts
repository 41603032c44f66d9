import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  applySettings,
  ensureModel,
  lockModel,
  reconcileRollout,
  registerGroup,
  replacePolicy,
  startGroup,
  startRollout,
} from '#libs/engine';
import { deployed, lenientPorts, newVersion, reconcilePorts, register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

/* A gate that names its metric is kept as the query that this makes, whichever way it comes. */

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());

const BY = { actor: 'test', authority: 'admin' } as const;
const REACH = { name: 'test', models: null, mayQuery: true, mayAskUrls: true, uploader: null };
const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };
const NAMED = {
  name: 'named',
  promoteWhen: 'notFailed',
  steps: [
    { canary: { weight: '10%', minRequests: 0, minDuration: '10m', maxDuration: '1h' } },
    { bake: { duration: '1m' } },
  ],
  gates: [
    {
      ...{ metric: 'prometheus', from: 'istio', of: 'latency_p95', max: 250 },
      ...{ service: 'digits-v{{version}}', namespace: 'models' },
    },
  ],
};
const EXPANDED = {
  ...NAMED,
  gates: [{ metric: 'prometheus', max: 250, query: expect.stringContaining('istio_request_duration') }],
};

/** With a primary, version 1, and version 2 beside it. */
async function modelWith(name: string): Promise<void> {
  const first = await register(db.uow, name, { rollout: { policy: AT_ONCE } });
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout?.id ?? '');
  await register(db.uow, name, { rollout: false });
}
const policyOfModel = (name: string) => db.uow.run(async (stores) => (await lockModel(stores, name)).policy);
const apply = (name: string) =>
  db.uow.run((stores) =>
    applySettings(stores, new Map([[name, { policy: NAMED }]]), {
      ...{ ...BY, reach: REACH, deployer: { servesSources: false } },
      ...{ mayCreate: true, seen: async () => undefined },
    }),
  );

it("as a model's: made with it, put, applied", async () => {
  await db.uow.run((stores) => ensureModel(stores, 'made', BY, { policy: NAMED }));
  expect(await policyOfModel('made')).toEqual(EXPANDED);
  await db.uow.run((stores) => ensureModel(stores, 'put', BY));
  const kept = await db.uow.run(async (stores) =>
    replacePolicy(stores, await lockModel(stores, 'put'), NAMED, BY),
  );
  expect(kept).toEqual(EXPANDED);
  expect(await policyOfModel('put')).toEqual(EXPANDED);
  for (const _twice of [1, 2]) await apply('applied');
  expect(await policyOfModel('applied')).toEqual(EXPANDED);
  const replaced = await db.query(
    `SELECT count(*)::int AS count FROM event JOIN model ON model.id = event.model_id WHERE model.name = 'applied' AND type = 'model.policy_replaced'`,
  );
  expect(replaced).toEqual([{ count: 1 }]);
});

it("as a rollout's: released, registered, and asked again", async () => {
  await modelWith('released');
  const asked = { version: 2, reason: 'test', policy: NAMED, ...BY };
  const first = await db.uow.run((stores) => startRollout(stores, 'released', asked));
  expect(first.policy).toEqual(EXPANDED);
  // In the words that it came in, and in those that it is shown in.
  for (const policy of [NAMED, first.policy])
    expect((await db.uow.run((stores) => startRollout(stores, 'released', { ...asked, policy }))).id).toBe(
      first.id,
    );
  const { rollout } = await register(db.uow, 'registered', { rollout: { policy: NAMED } });
  expect(rollout?.policy).toEqual(EXPANDED);
});

it("as a release group's, of versions that are there and of new ones", async () => {
  for (const name of ['g1', 'g2', 'h1', 'h2']) await modelWith(name);
  const group = await db.uow.run((stores) =>
    startGroup(stores, {
      ...{ reason: 'test', ...BY },
      members: ['g1', 'g2'].map((model) => ({ model, version: 2, policy: NAMED })),
    }),
  );
  expect(group.members.map(({ policy }) => policy)).toEqual([EXPANDED, EXPANDED]);
  const registered = await registerGroup(
    lenientPorts(db.uow),
    {
      reason: 'test',
      members: ['h1', 'h2'].map((model) => ({ model, version: newVersion(), policy: NAMED })),
    } as never,
    BY as never,
  );
  expect(JSON.stringify(registered)).toContain('histogram_quantile');
});

it('and nothing of what the database keeps has it otherwise', async () => {
  for (const [table, column] of [
    ['model', 'policy'],
    ['rollout', 'policy'],
    ['event', 'data'],
  ])
    expect(
      await db.query(`SELECT * FROM ${table} WHERE ${column}::text LIKE '%"of": "latency_p95"%'`),
    ).toEqual([]);
});

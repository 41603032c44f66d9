import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  applySettings,
  lockModel,
  policyHash,
  reconcileRollout,
  possibleActions,
  replacePolicy,
  replacePrices,
  replaceSegments,
  replayRollout,
  requireRollout,
  retryGroup,
  startGroup,
  startRollout,
  actOnRollout,
} from '#libs/engine';
import { parseKeptPolicy, parsePolicy } from '#libs/rollout';
import type { CallerSegment } from '#libs/traffic';
import { deployed, reconcilePorts, register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

/* What a newer release refuses of new policies may be kept in an installation: all of it goes on. */

const CANARY = { canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } };
const KEPT: readonly (readonly [string, object])[] = [
  ['an approval within no time', { steps: [{ approval: { maxDuration: '0s' } }, CANARY], gates: [] }],
  ['a minimum above the maximum', { gates: [{ metric: 'prometheus', query: 'x', min: 5, max: 1 }] }],
  ['a query of blanks', { gates: [{ metric: 'prometheus', query: ' ', max: 1 }] }],
  ['half a placeholder', { gates: [{ metric: 'prometheus', query: 'up{m="{{model"}', max: 1 }] }],
  ['a placeholder in a url', { gates: [{ metric: 'http', url: 'https://h.example/{{model}}' }] }],
  ['a freeze that never closes', { gates: [], freeze: [{ cron: '* * * * *', duration: '1m' }] }],
  ['a gate that nothing fails', { gates: [{ metric: 'error_rate', maxIncrease: 1 }] }],
  [
    'a canary of no time',
    {
      steps: [{ canary: { weight: '10%', minRequests: 1, maxDuration: '0s' } }, { bake: { duration: '1m' } }],
      gates: [],
    },
  ],
  ['a bake of no time', { steps: [CANARY, { bake: { duration: '0s' } }], gates: [] }],
  ['a query that does not end', { gates: [{ metric: 'prometheus', query: 'up{a="b', max: 1 }] }],
  ['a name with what nobody sees', { name: 'kept\u200b', gates: [] }],
].map(([what, more]) => [
  what as string,
  {
    name: 'kept',
    steps: [CANARY, { bake: { duration: '1m' } }],
    promoteWhen: 'notFailed',
    ...(more as object),
  },
]);
const RING = {
  canary: { segment: 'staff', minRequests: 10, maxDuration: '1h' },
};
const STAFF: CallerSegment = { from: 'units', units: ['ann'] };
const BY = { actor: 'test', authority: 'admin' } as const;
const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());

/** A model with a primary and a version 2, and a policy as an older release has left it. */
async function modelWith(name: string, policy: object): Promise<void> {
  const first = await register(db.uow, name, { rollout: { policy: AT_ONCE } });
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout?.id ?? '');
  await register(db.uow, name, { rollout: false });
  await db.uow.run(async (stores) => {
    const model = await lockModel(stores, name);
    expect(model.primary).toBe(1);
    await stores.models.update(model.id, { policy });
    await stores.segments.replace(model.id, new Map([['staff', STAFF]]));
  });
}
const keep = (id: string, policy: object) =>
  db.query(
    `UPDATE rollout SET policy = '${JSON.stringify(policy).replaceAll("'", "''")}', policy_hash = '${policyHash(policy)}' WHERE id = '${id}'`,
  );
const act = (id: string, action: 'abort' | 'retry') =>
  db.uow.run((stores) => actOnRollout(stores, id, { action, reason: 'test', ...BY }));
const INVALID = { code: 'policy_invalid' };
const inModel = <T>(
  name: string,
  work: (
    stores: Parameters<Parameters<typeof db.uow.run>[0]>[0],
    model: Awaited<ReturnType<typeof lockModel>>,
  ) => Promise<T>,
) => db.uow.run(async (stores) => work(stores, await lockModel(stores, name)));

describe.each(KEPT.map(([what, policy], i) => [what, policy, `m${i}`] as const))(
  '%s',
  (_what, policy, name) => {
    beforeAll(() => modelWith(name, policy));

    it('is refused of a request, and read where it is kept', () => {
      expect(() => parsePolicy(policy)).toThrow(/mistakes/);
      expect(parseKeptPolicy(policy).promoteWhen).toBe('notFailed');
    });

    it("releases go on by the model's own, are replayed by it, and it may be sent again", async () => {
      const rollout = await db.uow.run((stores) =>
        startRollout(stores, name, { version: 2, reason: 'test', ...BY }),
      );
      expect(rollout.policy).toEqual(policy);
      await reconcileRollout(reconcilePorts(db.uow), rollout.id);
      expect(await replayRollout(db.uow, rollout.id)).toMatchObject({ policy: 'its own' });
      expect(await replayRollout(db.uow, rollout.id, policy)).toMatchObject({ same: true });
      await expect(replayRollout(db.uow, rollout.id, { ...policy, alpha: 0.04 })).rejects.toMatchObject(
        INVALID,
      );
      await db.uow.run((stores) =>
        applySettings(stores, new Map([[name, { policy }]]), {
          ...BY,
          reach: { name: 'test', models: null, mayQuery: true, mayAskUrls: true, uploader: null },
          deployer: { servesSources: false },
          mayCreate: false,
          seen: async () => undefined,
        }),
      );
      await inModel(name, (stores, model) => replacePolicy(stores, model, policy, BY));
      await act(rollout.id, 'abort');
    });

    it('a release may repeat it, and is retried by it, also once the model has another', async () => {
      const kept = (await db.uow.read((stores) => stores.models.find(name)))?.policy;
      const start = (document: unknown) =>
        db.uow.run((stores) =>
          startRollout(stores, name, { version: 2, reason: 'test', policy: document, ...BY }),
        );
      const released = await start(policy);
      expect(released.policy).toEqual(policy);
      await act(released.id, 'abort');
      const registered = await register(db.uow, name, { rollout: { policy } });
      expect(registered.rollout?.policy).toEqual(policy);
      await act(registered.rollout?.id ?? '', 'abort');
      // Anything else than that is new.
      const other = { ...policy, alpha: 0.04 };
      await expect(start(other)).rejects.toMatchObject(INVALID);
      await expect(register(db.uow, name, { rollout: { policy: other } })).rejects.toMatchObject(INVALID);
      await expect(
        inModel(name, (stores, model) => replacePolicy(stores, model, other, BY)),
      ).rejects.toMatchObject(INVALID);
      await inModel(name, (stores, model) => stores.models.update(model.id, { policy: AT_ONCE }));
      const before = await db.uow.read((stores) => requireRollout(stores, released.id));
      expect(await db.uow.read((stores) => possibleActions(stores, before))).toEqual(['retry']);
      const again = await act(released.id, 'retry');
      expect([again.id === released.id, again.policy]).toEqual([false, policy]);
      await act(again.id, 'abort');
      await expect(start(policy)).rejects.toMatchObject(INVALID);
      await inModel(name, (stores, model) => stores.models.update(model.id, { policy: kept ?? null }));
    });

    it('keeps the segments and the prices that it names', async () => {
      const { steps, gates } = policy as { steps: object[]; gates: object[] };
      const names = { ...policy, steps: [...steps.slice(0, -1), RING, ...steps.slice(-1)] };
      const costs = { ...policy, gates: [...gates, { metric: 'cost_mean', maxIncrease: 1 }] };
      const ringed = steps.length === 2 ? { ...policy, steps: [RING, ...steps] } : names;
      parseKeptPolicy(ringed);
      parseKeptPolicy(costs);
      await inModel(name, (stores, model) => stores.models.update(model.id, { policy: ringed }));
      await expect(
        inModel(name, (stores, model) => replaceSegments(stores, model, new Map(), BY)),
      ).rejects.toMatchObject({ code: 'segment_in_use' });
      const prices = { usual: { input: 1, output: 1 }, versions: {} };
      await inModel(name, async (stores, model) => {
        await stores.models.update(model.id, { policy: costs, prices });
      });
      await expect(
        inModel(name, (stores, model) => replacePrices(stores, model, { usual: null, versions: {} }, BY)),
      ).rejects.toMatchObject({ code: 'prices_needed' });
    });
  },
);

it('a release group that has gone back is retried by the policies that it had', async () => {
  const [, policy] = KEPT[1] ?? [];
  for (const name of ['g1', 'g2'])
    await modelWith(name, { ...AT_ONCE, steps: [CANARY, { bake: { duration: '1m' } }] });
  const members = ['g1', 'g2'].map((model) => ({ model, version: 2 }));
  const group = await db.uow.run((stores) => startGroup(stores, { members, reason: 'test', ...BY }));
  for (const { id } of group.members) await keep(id, policy ?? {});
  for (const { id } of group.members.slice(0, 1))
    await db.uow.run((stores) => actOnRollout(stores, id, { action: 'abort', reason: 'test', ...BY }));
  for (const { id } of group.members) await reconcileRollout(reconcilePorts(db.uow), id);
  const again = await db.uow.run((stores) => retryGroup(stores, group.id, { reason: 'test', ...BY }));
  expect(again.members.map((member) => member.policy)).toEqual([policy, policy]);
});

import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  actOnRollout,
  applyDecision,
  lockModel,
  lockModelAmong,
  policyOf,
  Probes,
  promoteVersion,
  type Reach,
  rollBack,
  setEnvironment,
  startGroup,
  startRollout,
} from '#libs/engine';
import { deployed, register, SMALL_POLICY } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/*
 * A request for a release that is under way already is a repeat, and is answered with what is under way: what a new release must meet was
 * asked of it when it began. Red before: once its source had lost its proof, or it baked, or the model's policy had changed meanwhile, a
 * client that asked again after a time-out had 409 or 403, and could not know that its release was going on.
 */
const [STAGING, PROD, OTHER] = ['staging', 'prod', 'ranker'];
const ANN = { actor: 'ann', authority: 'admin' } as const;
const OLE = { actor: 'ole', authority: 'operate' } as const;
type Who = typeof ANN | typeof OLE;
const REACH: Reach = { name: 't', models: null, mayQuery: true, mayAskUrls: true, uploader: null };
const WORD = { reason: 'r', actor: 'ann', probes: Probes.FORCED };
/** Tighter than the model's. */
const OWN = { ...SMALL_POLICY, promoteWhen: 'proven' };
const artifact = (of: number) => ({ uri: 'https://a.example/m', digest: `sha256:${String(of).repeat(64)}` });

/** Version 2 is proven in staging, and can be released in prod and in a model beside it. */
async function chain(): Promise<MemoryDatabase> {
  const db = new MemoryDatabase();
  for (const model of [STAGING, PROD, OTHER])
    for (const bytes of [1, 2]) {
      await deployed(db.uow, await register(db.uow, model, { artifact: artifact(bytes), rollout: false }));
      if (bytes === 1 || model === STAGING)
        await db.uow.run((stores) => promoteVersion(stores, model, bytes, WORD));
    }
  await db.uow.run(async (stores) => {
    const model = (await lockModelAmong(stores, PROD, [STAGING])).get(PROD);
    if (model)
      await setEnvironment(stores, model, { name: 'prod', after: STAGING }, { ...ANN, reach: REACH });
    for (const name of [PROD, OTHER]) {
      const { id } = await lockModel(stores, name);
      await stores.models.update(id, { policy: SMALL_POLICY });
    }
  });
  return db;
}

const tighten = (db: MemoryDatabase): Promise<void> =>
  db.uow.run(async (stores) => {
    const gates = [{ metric: 'error_rate', maxIncrease: 0.001 }];
    const { id } = await lockModel(stores, PROD);
    await stores.models.update(id, { policy: { ...SMALL_POLICY, gates } });
  });

/** As the engine would decide, had it seen that. */
const decide = (db: MemoryDatabase, kind: 'promote' | 'advance'): Promise<void> =>
  db.uow.run(async (stores) => {
    const model = await lockModel(stores, PROD);
    const rollout = await stores.rollouts.findLive(model.id);
    if (rollout === null || rollout.state === 'baking') return;
    const why = { because: 'r', verdicts: [] };
    const decision = kind === 'promote' ? { kind, ...why } : { kind, toStep: 0, ...why };
    const verdict = { rollout, policy: policyOf(rollout), decision, look: null, actor: 'engine' };
    await applyDecision(stores, model, { ...verdict, probes: Probes.FORCED });
  });

/** What becomes of the model, and of the one before it, while version 2 is released. */
const MEANWHILE: Readonly<Record<string, (db: MemoryDatabase) => Promise<unknown>>> = {
  'its proof is lost': (db) => db.uow.run((stores) => rollBack(stores, STAGING, null, WORD)),
  "the model's policy is tightened": tighten,
  'it bakes': (db) => decide(db, 'promote'),
  'it goes on': (db) => decide(db, 'advance'),
};
const meanwhile = fc.shuffledSubarray(Object.keys(MEANWHILE));

const release = (db: MemoryDatabase, by: Who, policy: unknown) =>
  db.uow.run((stores) => startRollout(stores, PROD, { version: 2, ...by, policy }));

it('a release that is asked for again is the one that is under way, whatever has become of the model since', async () => {
  await fc.assert(
    fc.asyncProperty(meanwhile, fc.constantFrom(ANN, OLE), fc.boolean(), async (changes, by, isOwn) => {
      const db = await chain();
      const policy = isOwn ? OWN : undefined;
      const first = await release(db, by, policy);
      for (const one of changes) await MEANWHILE[one]?.(db);
      expect((await release(db, by, policy)).id).toBe(first.id);
      // What is another wish is refused, not swallowed; and who may not say a word may not say it again.
      await expect(release(db, by, { ...OWN, name: 'another' })).rejects.toThrow(/policy/);
      const overrides = { version: 2, ...OLE, overrideEnvironment: true, reason: 'r' };
      await expect(db.uow.run((stores) => startRollout(stores, PROD, overrides))).rejects.toMatchObject({
        code: 'environment_override_forbidden',
      });
    }),
    { numRuns: 150 },
  );
});

it('so is a group, and what a retry has started', async () => {
  await fc.assert(
    fc.asyncProperty(meanwhile, fc.constantFrom(ANN, OLE), fc.boolean(), async (changes, by, isGroup) => {
      const db = await chain();
      const members = [PROD, OTHER].map((model) => ({ model, version: 2 }));
      const { id } = await release(db, by, undefined);
      await db.uow.run((stores) =>
        actOnRollout(stores, id, { action: 'abort', ...WORD, authority: 'operate' }),
      );
      const ask = async (): Promise<string> =>
        db.uow.run(async (stores) =>
          isGroup
            ? (await startGroup(stores, { members, reason: 'r', ...by })).id
            : (await actOnRollout(stores, id, { action: 'retry', reason: 'r', ...by })).id,
        );
      const first = await ask();
      for (const one of changes) await MEANWHILE[one]?.(db);
      expect(await ask()).toBe(first);
    }),
    { numRuns: 100 },
  );
});

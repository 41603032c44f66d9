import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DomainError } from '#libs/kernel';
import {
  actOnRollout,
  deleteModel,
  deleteVersion,
  ensureModel,
  Probes,
  promoteVersion,
  reconcileRollout,
  renameModel,
  type Registered,
  rollBack,
  lockModelAmong,
  setEnvironment,
  startRollout,
} from '#libs/engine';
import type { Reach } from '#libs/engine';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, FakeGateway, reconcilePorts, register, SMALL_POLICY, tally } from '../support/builders.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let gateway: FakeGateway;
beforeEach(async () => {
  db = await freshUnitOfWork();
  gateway = new FakeGateway(db.uow);
});
afterEach(() => db.close());

const ADMIN = { actor: 'ann', authority: 'admin' } as const;
const OPERATOR = { actor: 'ole', authority: 'operate' } as const;
const REACH: Reach = { name: 't', models: null, mayQuery: true, mayAskUrls: true, uploader: null };
const digest = (of: number): string => `sha256:${String(of).repeat(64)}`;
const artifact = (of: number) => ({ uri: 'https://artifacts.example/model', digest: digest(of) });
const GOOD = tally(300);
const MORE = { primary: GOOD, candidate: GOOD, shadow: tally(300, 0, { compared: 300, agreed: 299 }) };
const STAGING = 'fraud-staging';
const PROD = 'fraud';

const link = (after: string | null, model = PROD, by: typeof ADMIN | typeof OPERATOR = ADMIN) =>
  db.uow.run(async (stores) => {
    const found = (await lockModelAmong(stores, model, after === null ? [] : [after])).get(model)!;
    await setEnvironment(stores, found, { name: 'prod', after }, { ...by, reach: REACH });
  });
const version = async (model: string, of: number, rollout = false): Promise<Registered> => {
  const made = await register(db.uow, model, {
    artifact: artifact(of),
    rollout: rollout && { policy: SMALL_POLICY },
  });
  await deployed(db.uow, made);
  return made;
};
const serves = async (model: string, number: number): Promise<void> => {
  const found = await db.uow.run((stores) =>
    promoteVersion(stores, model, number, { reason: 'test', actor: 'ann', probes: Probes.FORCED }),
  );
  expect(found.primary).toBe(number);
};
const back = (model: string) =>
  db.uow.run((stores) =>
    rollBack(stores, model, null, { reason: 'test', actor: 'ann', probes: Probes.FORCED }),
  );
const release = (number: number, more: object = {}, by: typeof ADMIN | typeof OPERATOR = OPERATOR) =>
  db.uow.run((stores) => startRollout(stores, PROD, { version: number, ...by, ...more }));
const look = async (id: string) => (await reconcileRollout(reconcilePorts(db.uow), id))?.kind ?? null;
const rolloutOf = (id: string) => db.uow.read(async (stores) => (await stores.rollouts.find(id))!);

/** Staging and prod both serve artifact 1; artifact 2 is version 2 of both, of staging primary when `proven`. */
async function chain(proven: boolean): Promise<void> {
  for (const model of [STAGING, PROD]) {
    await version(model, 1);
    await serves(model, 1);
    await version(model, 2);
  }
  if (proven) await serves(STAGING, 2);
  await link(STAGING);
}

describe('a version of a model that comes after another', () => {
  it('is refused until the same artifact is proven there, by whatever number', async () => {
    await chain(false);
    await expect(release(2)).rejects.toMatchObject({ kind: 'conflict', code: 'not_proven_before' });
    await expect(release(2)).rejects.toThrow(/version 2 has not been primary there yet/);
    await version(STAGING, 3);
    await serves(STAGING, 2);
    expect((await release(2)).state).toBe('pending');
    // Of another artifact, though proven under the same number there.
    const other = await version(PROD, 9);
    await expect(release(other.version.version)).rejects.toThrow(/has no version with the artifact/);
    await expect(release(3)).rejects.toMatchObject({ code: 'not_proven_before' });
  });

  it('is refused when the same artifact, registered anew, was rolled back there, and when that was deleted', async () => {
    await chain(true);
    await version(STAGING, 3);
    await serves(STAGING, 3);
    const again = (await version(STAGING, 2)).version.version;
    expect((await release(2)).state).toBe('pending');
    await db.uow.run(async (stores) => {
      const [{ id } = { id: '' }] = (
        await stores.rollouts.list({ live: true }, { pageSize: 1, pageToken: null })
      ).items;
      await actOnRollout(stores, id, { action: 'abort', reason: 'test', ...ADMIN });
    });
    await serves(STAGING, again);
    await back(STAGING);
    await expect(release(2)).rejects.toThrow(/version 4 was rolled back there/);
    await db.uow.run((stores) => deleteVersion(stores, STAGING, again, 'ann'));
    await expect(release(2)).rejects.toThrow(/version 4 was rolled back there/);
  });

  it('is refused when its proven version was deleted there', async () => {
    await chain(true);
    await version(STAGING, 3);
    await serves(STAGING, 3);
    await db.uow.run((stores) => deleteVersion(stores, STAGING, 2, 'ann'));
    await expect(release(2)).rejects.toThrow(/version 2 was deleted there/);
  });

  it('is refused without a digest, which nothing can be compared with', async () => {
    await chain(true);
    const made = await register(db.uow, PROD, { artifact: null, rollout: false });
    await expect(release(made.version.version)).rejects.toThrow(/no artifact digest/);
  });

  it('is refused while the version before bakes, and let through when it has baked', async () => {
    await version(STAGING, 1);
    await serves(STAGING, 1);
    await version(PROD, 1);
    await link(STAGING);
    const bakes = await version(STAGING, 2, true);
    const id = bakes.rollout!.id;
    for (let at = 0; at < 8; at++) {
      await look(id);
      await gateway.acknowledge(STAGING);
      await gateway.post(STAGING, id, MORE);
    }
    expect((await rolloutOf(id)).state).toBe('baking');
    await version(PROD, 2);
    await expect(release(2)).rejects.toThrow(/its bake has not ended/);
    await db.uow.run((stores) => actOnRollout(stores, id, { action: 'skip', reason: 'test', ...ADMIN }));
    expect((await release(2)).state).toBe('pending');
  });

  it('goes no further, and is not promoted, when the proof is withdrawn meanwhile; and goes on when it is there again', async () => {
    await chain(true);
    const { id } = await release(2, { policy: SMALL_POLICY }, ADMIN);
    expect(await look(id)).toBe('advance');
    await gateway.acknowledge(PROD);
    await gateway.post(PROD, id, MORE);
    await back(STAGING);
    for (let at = 0; at < 3; at++) expect(await look(id)).toBeNull();
    const held = await rolloutOf(id);
    expect([held.state, held.stepIndex]).toEqual(['running', 0]);
    expect(held.decision?.because).toMatch(/it waits: the artifact .* version 2 was rolled back there/);
    // Nor does a person's word carry it on.
    for (const action of ['skip', 'promote'] as const)
      await expect(
        db.uow.run((stores) =>
          actOnRollout(stores, id, { action, reason: 'test', ...OPERATOR, probes: Probes.FORCED }),
        ),
      ).rejects.toMatchObject({ code: 'not_proven_before' });
    const events = await db.uow.read((stores) => stores.events.ofRollout(id));
    expect(events.filter(({ type }) => type === 'rollout.waits')).toHaveLength(1);
    await serves(STAGING, 2);
    expect(await look(id)).toBe('advance');
  });

  it('waits in the queue on its date, when the proof is withdrawn until then', async () => {
    await chain(true);
    const now = await db.uow.read((stores) => stores.now());
    const { id } = await release(2, { startAt: now + 150 });
    await back(STAGING);
    const isDue = async () => (await db.uow.read((stores) => stores.now())) > now + 150;
    while (!(await isDue())) await look(id);
    expect(await look(id)).toBeNull();
    const waits = await rolloutOf(id);
    expect([waits.queued, waits.state]).toEqual([true, 'pending']);
    expect(waits.decision?.because).toMatch(/cannot start: .* not proven/);
    await serves(STAGING, 2);
    await look(id);
    expect((await rolloutOf(id)).queued).toBe(false);
  });

  it("is released past it by an admin with a reason, on the record; an admin's promotion says what it went past", async () => {
    await chain(false);
    const past = { overrideEnvironment: true };
    await expect(release(2, { ...past, reason: 'x' })).rejects.toMatchObject({
      code: 'environment_override_forbidden',
    });
    await expect(release(2, past, ADMIN)).rejects.toMatchObject({ code: 'reason_missing' });
    const rollout = await release(2, { ...past, reason: 'outage' }, ADMIN);
    expect(rollout.overridesEnvironment).toBe(true);
    expect(await look(rollout.id)).toBe('advance');
    await back(PROD);
    await serves(PROD, 2);
    const { events } = await db.uow.read(async (stores) => ({
      events: (
        await stores.events.list((await stores.models.find(PROD))!.id, { pageSize: 50, pageToken: null })
      ).items,
    }));
    const promoted = events.find(({ type }) => type === 'rollout.promoted');
    expect(promoted?.data['because']).toMatch(/past its environment: the artifact .* has not been primary/);
  });

  it('says what an admin goes past who "goes back" to a version that never served', async () => {
    await chain(false);
    const { rollout } = await db.uow.run((stores) =>
      rollBack(stores, PROD, 2, { reason: 'test', actor: 'ann', probes: Probes.FORCED }),
    );
    expect(rollout?.reason).toMatch(/past its environment: the artifact .* has not been primary/);
  });

  it('goes back whatever became of the model before', async () => {
    await chain(true);
    await release(2);
    await serves(PROD, 2);
    await back(STAGING);
    expect((await back(PROD)).primary).toBe(1);
  });
});

describe('a chain', () => {
  it('is no circle, has an end, and names what is there', async () => {
    await version('a', 1);
    await version('b', 1);
    await version('c', 1);
    await link('a', 'b');
    await link('b', 'c');
    await expect(link('c', 'a')).rejects.toThrow(/a → b → c → a|c → a → b → c/);
    await expect(link('a', 'a')).rejects.toMatchObject({ code: 'environment_cycle' });
    await expect(link('nobody', 'a')).rejects.toMatchObject({ code: 'after_not_found' });
  });

  it('is changed by an admin only, once it is there; and by two at once it becomes no circle', async () => {
    await version('a', 1);
    await version('b', 1);
    await link('a', 'b', OPERATOR);
    await expect(link(null, 'b', OPERATOR)).rejects.toMatchObject({ code: 'environment_guarded' });
    await link(null, 'b');
    for (let round = 0; round < 2; round++) {
      const both = await Promise.allSettled([link('a', 'b'), link('b', 'a')]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      await Promise.all([link(null, 'a'), link(null, 'b')]);
    }
    // Neither locks a model that the other one changes.
    await version('c', 1);
    await version('d', 1);
    for (let round = 0; round < 3; round++) {
      await link('c', 'b');
      await link('a', 'd');
      const both = await Promise.allSettled([link('b', 'a'), link('d', 'c')]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      for (const model of ['a', 'b', 'c', 'd']) await link(null, model);
    }
  });
});

it('keeps a model that others come after, and says which', async () => {
  await chain(true);
  await db.uow.run((stores) => ensureModel(stores, 'idle', ADMIN));
  await link('idle');
  const gone = db.uow.run((stores) => deleteModel(stores, 'idle', ADMIN));
  await expect(gone).rejects.toMatchObject({ code: 'model_comes_before' });
  await db.uow.run((stores) => renameModel(stores, 'idle', 'renamed', ADMIN));
  const prod = await db.uow.read((stores) => stores.models.find(PROD));
  expect(prod?.environment).toMatchObject({ name: 'prod', after: { name: 'renamed' } });
});

it('has in a copy what the original has, and the hands of it; for those who may see it', async () => {
  await version(STAGING, 1);
  await version(PROD, 1);
  const original = await register(db.uow, STAGING, {
    ...{ artifact: artifact(2), rollout: false, people: ['ben'], metrics: { auc: 0.9 } },
    ...{ card: '# card', tags: { team: 'risk' }, source: { commit: 'abc' } },
  });
  const copyOf = { model: STAGING, version: original.version.version };
  const copy = await register(db.uow, PROD, {
    copyOf,
    rollout: false,
    tags: { stage: 'prod' },
    outputSpec: null,
  });
  const seen = await db.uow.read(async (stores) => ({
    version: await stores.versions.find(copy.version.modelId, copy.version.version),
    hands: await stores.events.handsOn(copy.version.modelId, copy.version.version),
  }));
  expect(seen.version).toMatchObject({
    ...{ artifact: artifact(2), tags: { team: 'risk', stage: 'prod' }, hasCard: true },
    source: { commit: 'abc', copyOf: `${STAGING}/versions/${copyOf.version}` },
  });
  expect(seen.hands).toContain('user:ben');
  const reach: Reach = { ...REACH, models: [PROD] };
  const code = (more: object) =>
    register(db.uow, PROD, { copyOf, rollout: false, ...more }).then(
      () => 'made',
      (error: DomainError) => error.code,
    );
  expect(await code({ reach })).toBe('copy_not_allowed');
  expect(await code({ copyOf: { model: 'nobody', version: 1 }, reach })).toBe('copy_not_allowed');
  expect(await code({ artifact: artifact(3) })).toBe('copy_with_artifact');
  const bare = await register(db.uow, STAGING, { artifact: null, rollout: false });
  expect(await code({ copyOf: { model: STAGING, version: bare.version.version } })).toBe(
    'copy_without_artifact',
  );
});

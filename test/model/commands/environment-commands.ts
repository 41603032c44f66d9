import {
  actOn,
  goBack,
  lockModelAmong,
  promoteAtOnce,
  type Reach,
  replaceSegments,
  setEnvironment,
  startRollout,
} from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { Breach } from '../../support/memory/breach.ts';
import { segmentsBy } from './known-callers.ts';
import { artifactBy, endLive, goOnWith, prepared, proveAnother, refused } from './on-their-way.ts';
import { POLICIES } from './policies.ts';
import type { World } from '../world.ts';

/** The environment of `embedder` that comes after it. */
export const LATER = 'shop';
export const EARLIER = 'embedder';
export const REACH: Reach = { name: 't', models: null, mayQuery: true, mayAskUrls: true, uploader: null };

async function link(world: World, after: string | null, authority: 'admin' | 'operate'): Promise<void> {
  await world.db.uow.run(async (stores) => {
    const locked = await lockModelAmong(stores, LATER, after === null ? [] : [after]);
    const model = locked.get(LATER);
    const asked = { name: 'prod', after };
    if (model) await setEnvironment(stores, model, asked, { actor: 'olga', authority, reach: REACH });
  });
  await world.db.refresh();
}

/** Made by the first command that needs it, with a version that serves. */
export async function ensureLater(world: World): Promise<void> {
  const { db } = world;
  if (db.state.models.get(LATER)?.environment) return;
  if (!db.state.models.has(LATER)) await prepared(world, LATER, artifactBy(0));
  if (db.state.models.get(LATER)?.primary === null) {
    await promoteAtOnce(world.asking, LATER, 1, { reason: 'the first one', actor: 'admin' });
  }
  await setSegments(world, LATER, 0);
  await link(world, EARLIER, 'admin');
}

/**
 * What is, or was, somewhere in the environment before is released in the next one: by its proof, or by an admin's word. Often the
 * environment before goes back while it is under way, and a person hurries it all the same.
 */
export async function releaseNext(world: World, n: number): Promise<void> {
  const { db, asking } = world;
  await ensureLater(world);
  const word = { reason: 'r', actor: 'olga', authority: 'admin' } as const;
  const goesBack = n % 3 === 0;
  if (goesBack) {
    await endLive(world, [LATER]);
    await proveAnother(world, EARLIER, n >> 3);
  }
  const found = db.state.models.get(EARLIER);
  const which = [found?.primary, found?.primary, world.live(EARLIER)?.version, found?.primaryHistory.at(-2)];
  const artifact = db.state.versions.get(`${found?.id} ${which[goesBack ? 0 : n % 4]}`)?.artifact;
  const version = await prepared(world, LATER, artifact ?? artifactBy(n >> 2));
  const policy = POLICIES[(n >> 3) % POLICIES.length];
  const overrideEnvironment = n % 9 === 0;
  const startAt = n % 5 === 0 ? db.nowMs + 4_000 : undefined;
  const { id } = await db.uow.run((stores) =>
    startRollout(stores, LATER, { version, policy, overrideEnvironment, startAt, ...word }),
  );
  await goOnWith(world, [id], (n >> 2) % 5);
  if (!goesBack) return;
  await goBack(asking, EARLIER, null, { ...word, from: found?.primary ?? undefined });
  if (n % 2 === 0)
    await actOn(asking, id, { ...word, action: n % 4 === 0 ? 'skip' : 'promote' }).catch(refused);
  await goOnWith(world, [id], (n >> 5) % 7);
}

/** The link is taken away and set again. That is for admins. Mutant: `anybody-loosens`. @throws Breach */
export async function changeEnvironment(world: World, n: number): Promise<void> {
  const model = world.db.state.models.get(LATER);
  if (!model) return;
  if (n % 3 !== 0) return link(world, n % 3 === 1 ? null : EARLIER, 'admin');
  const isLinked = (model.environment?.after ?? null) !== null;
  try {
    await link(world, null, 'operate');
  } catch (error) {
    if (error instanceof DomainError && error.code === 'environment_guarded') return;
    throw error;
  }
  if (isLinked) throw new Breach(`${LATER}: an operator took away what it comes after`);
}

/** Others are in the segments of a model from now on. */
export async function setSegments({ db }: World, model: string, n: number): Promise<void> {
  await db.uow.run(async (stores) => {
    const found = await stores.models.lock(model);
    if (found) await replaceSegments(stores, found, segmentsBy(n), { actor: 'olga' });
  });
  await db.refresh();
}

import { DomainError } from '#libs/kernel';
import { givesWayToPromotion } from './give-way-to-promotion.ts';
import { isPrimaryAlready } from './move-primary.ts';
import { assertAnyWay } from './way-to.ts';
import { lastProven, retiredSince, servingOf } from './retire-model.ts';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord } from '../ports/records.ts';
import { requireVersion } from '../registry/lookup.ts';
import { assertNotRetired } from '../registry/retired.ts';
import { comesWhenReady, isAdminsWord } from '../rollouts/by-hand.ts';
import { assertStartable, unendedOf } from '../rollouts/start-rollout.ts';
import { waysBack } from '../routing/proven-primary.ts';
import { routeTarget } from '../routing/publish-route.ts';

/*
 * What may be done to a model now, and why not what may not: by the functions that carry it out. Release and promotion are of a version, the others
 * of the model. Test: test/model/offers.ts.
 */

export const MODEL_ACTIONS = ['rollback', 'retire', 'unretire'] as const;
export const VERSION_ACTIONS = ['release', 'promote'] as const;
export type ModelAction = (typeof MODEL_ACTIONS)[number];
export type VersionAction = (typeof VERSION_ACTIONS)[number];

/** What stands in the way of an action; `null`: nothing, as far as it is known. */
export interface PossibleAction {
  readonly action: ModelAction | VersionAction;
  readonly hindrance: DomainError | null;
}

/**
 * Each action, and what it would be refused for, or why it would change nothing, if an admin said the word with a reason and no override. What only an
 * asked server can say, whether it is ready in this second, is not known here.
 * @param version whose release and promotion are asked about; `null`: of none
 */
export async function possibleModelActions(
  stores: Stores,
  model: ModelRecord,
  version: number | null,
): Promise<readonly PossibleAction[]> {
  const all: PossibleAction[] = [];
  for (const action of MODEL_ACTIONS)
    all.push({ action, hindrance: await hindrance(() => OF_MODEL[action](stores, model)) });
  if (version === null) return all;
  for (const action of VERSION_ACTIONS)
    all.push({ action, hindrance: await hindrance(() => OF_VERSION[action](stores, model, version)) });
  return all;
}

async function hindrance(assert: () => Promise<void>): Promise<DomainError | null> {
  try {
    await assert();
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

const soAlready = (detail: string): DomainError => new DomainError('conflict', 'so_already', detail);

const OF_MODEL: Readonly<Record<ModelAction, (stores: Stores, model: ModelRecord) => Promise<void>>> = {
  async rollback(stores, model) {
    assertNotRetired(model);
    const live = await stores.rollouts.findLive(model.id);
    if (live?.intent === 'rollback') throw soAlready(`Version ${live.version} is being deployed already.`);
    // What is on trial is taken off, wherever it has come to.
    if (live === null) assertAnyWay(model, await waysBack(stores, model));
  },
  async retire(stores, model) {
    if (model.retirement !== null) throw soAlready(`${retiredSince(model)}.`);
    await servingOf(stores, model);
  },
  async unretire(stores, model) {
    if (model.retirement === null) throw soAlready(`"${model.name}" is not retired.`);
    const version = await lastProven(stores, model);
    if ((await stores.rollouts.findLive(model.id))?.version === version)
      throw soAlready(`Version ${version} is being deployed already.`);
  },
};

const runs = async (stores: Stores, model: ModelRecord, version: number): Promise<boolean> =>
  (await routeTarget(stores, model, version)) !== null;

const OF_VERSION: Readonly<
  Record<VersionAction, (stores: Stores, model: ModelRecord, version: number) => Promise<void>>
> = {
  async release(stores, model, version) {
    await assertStartable(stores, model, { version, authority: 'admin', actor: '' });
    const live = await stores.rollouts.findLive(model.id);
    const same = await unendedOf(stores, model, version, live);
    if (same)
      throw soAlready(`Version ${version} ${same.queued ? 'waits to be' : 'is being'} released already.`);
  },
  async promote(stores, model, version) {
    assertNotRetired(model);
    await requireVersion(stores, model, version);
    const live = await stores.rollouts.findLive(model.id);
    const isComing = live?.version === version && isAdminsWord(live) && !(await runs(stores, model, version));
    const already = isComing ? comesWhenReady(version) : isPrimaryAlready(model, live, version);
    if (already === null) return;
    // A word for the primary with nothing on trial, or said again while its version is deployed, ends what waits for its turn.
    const waiting = live === null || isComing ? await stores.rollouts.queued(model.id) : [];
    if (givesWayToPromotion(waiting, { version, hurries: isComing }).length === 0)
      throw soAlready(`V${already.slice(1)}.`);
  },
};

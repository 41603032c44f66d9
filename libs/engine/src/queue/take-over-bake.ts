import { endRollout } from '../rollouts/end-rollout.ts';
import { lockModels } from '../groups/lock-models.ts';
import type { ProbesByModel } from '../groups/probes-of-group.ts';
import { queuedTogether } from '../groups/queued-together.ts';
import { holdQueuedOnRecord } from './hold-queued.ts';
import type { ServingProbe, Stores, UnitOfWork } from '../ports/ports.ts';
import { answering, probeTargets, waysBack } from '../routing/proven-primary.ts';
import { turnOf } from './queue-turn.ts';
import { lookAfter } from '../primary/look-after.ts';
import { Probes } from '../readiness/probes.ts';
import { withProbes } from '../readiness/with-probes.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';

/**
 * Lets a queued rollout take the place of one that bakes, whose policy says `supersede`; one that waited for its date, or for the
 * others of its release group, takes the place of any such rollout, but for an admin's promotion or way back, when its turn has come. A
 * release group takes all the places that it needs, or none. The version in bake
 * is not proven, so the last proven primary that answers serves again first; the newer version is compared
 * with that one, and falls back to it. As long as none answers, the bake goes on, watched, and the queued
 * rollout says what it waits for.
 * @returns whether what was before it was ended, so that the queued rollout may go on
 */
export async function takeOverBake(
  ports: { readonly uow: UnitOfWork; readonly serving: ServingProbe },
  rolloutId: string,
): Promise<boolean> {
  const seen = await ports.uow.read((stores) => placesOf(stores, rolloutId));
  if (seen.places.length === 0) return false;
  const taken = await withProbes(
    () => probesOf(ports, seen.places),
    (probes) =>
      ports.uow.run(async (stores) => {
        await lockModels(stores, seen.models);
        const { queued, places } = await placesOf(stores, rolloutId);
        return queued === null ? [] : takeOver(stores, queued, places, probes);
      }),
  );
  for (const { model } of taken)
    await lookAfter(ports, model.name, { primary: model.primary, proven: false });
  return taken.length > 0;
}

interface Place {
  readonly model: ModelRecord;
  readonly live: RolloutRecord;
  /** Who takes its place. */
  readonly by: RolloutRecord;
}

interface Places {
  readonly queued: RolloutRecord | null;
  readonly models: readonly string[];
  /** Empty also where a place that is needed is not to be had. */
  readonly places: readonly Place[];
}

/** The rollouts whose places a queued one may take now, with its release group. */
async function placesOf(stores: Stores, rolloutId: string): Promise<Places> {
  const found = await stores.rollouts.find(rolloutId);
  if (!found?.queued) return { queued: null, models: [], places: [] };
  const { members, models, broke } = await queuedTogether(stores, found);
  const none: Places = { queued: found, models, places: [] };
  if (broke !== null) return none;
  const places: Place[] = [];
  for (const by of members) {
    const model = await stores.models.find(by.model);
    const turn = model && (await turnOf(stores, model, by, await stores.now()));
    if (model && turn?.kind === 'takes') places.push({ model, live: turn.live, by });
    else if (turn?.kind !== 'free') return none;
  }
  return { queued: found, models, places };
}

async function probesOf(
  ports: { readonly uow: UnitOfWork; readonly serving: ServingProbe },
  places: readonly Place[],
): Promise<ProbesByModel> {
  const asked = places.map(
    async ({ model: { name } }) => [name, await probeTargets(ports, name, { back: 'from_bake' })] as const,
  );
  return new Map(await Promise.all(asked));
}

/** @returns the places that were taken: all, or none */
async function takeOver(
  stores: Stores,
  queued: RolloutRecord,
  places: readonly Place[],
  probes: ProbesByModel,
): Promise<readonly Place[]> {
  const of = ({ model }: Place): Probes => probes.get(model.name) ?? Probes.NONE;
  for (const place of places) {
    if (place.live.state !== 'baking') continue;
    const ways = await waysBack(stores, place.model);
    if (answering(ways, of(place))) continue;
    const numbers = ways.there.map(({ version }) => version.version).join(', ') || 'none';
    const where = place.by.id === queued.id ? '' : `${place.model.name} ${place.by.version}: `;
    const because = `${where}it waits until version ${place.live.version} has baked: of the proven primaries before it (${numbers}) none answers, so nothing could serve in its place`;
    await holdQueuedOnRecord(stores, queued, because, await stores.now());
    return [];
  }
  for (const place of places) {
    const { model, live, by } = place;
    const unbaked = live.state === 'baking' ? `; version ${live.version} had not ended its bake` : '';
    await endRollout(stores, model, live, {
      ...{ state: 'superseded', actor: by.createdBy, probes: of(place) },
      because: `version ${by.version} was released${unbaked}`,
    });
  }
  return places;
}

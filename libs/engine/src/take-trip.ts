import { endRollout } from './end-rollout.ts';
import { lockModel } from './lookup.ts';
import type { UnitOfWork } from './ports.ts';
import type { TripRecord } from './records.ts';

/**
 * Makes a rollback of a gateway's local trip. Nothing happens when that rollout has ended, or when
 * the version that failed is not the one on trial (bake with a held-back share). May be repeated.
 * @returns whether the rollout was rolled back now
 */
export async function takeTrip(uow: UnitOfWork, gateway: string, trip: TripRecord): Promise<boolean> {
  return uow.run(async (stores) => {
    if (!(await stores.models.find(trip.model))) return false;
    const model = await lockModel(stores, trip.model);
    const live = await stores.rollouts.findLive(model.id);
    if (live?.id !== trip.rolloutId || live.version !== trip.version || live.state === 'baking') return false;
    await endRollout(stores, model, live, {
      state: 'rolled_back',
      because: `gateway ${gateway} stopped sending callers to version ${trip.version}: ${trip.failures} of its last ${trip.of} requests failed where the primary answered`,
      actor: `gateway:${gateway}`,
    });
    return true;
  });
}

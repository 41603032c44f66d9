import { chanceOfTrip, MOST_BY_CHANCE } from '#libs/rollout';
import { endRollout } from './end-rollout.ts';
import { lockModel } from './lookup.ts';
import type { UnitOfWork } from './ports.ts';
import type { TripRecord } from './records.ts';

/**
 * Judges a gateway's local trip. Where what it saw proves harm, the rollout is rolled back; else it is a pause of the
 * traffic, which is noted: callers come back, and the gates judge. Nothing happens when that rollout has ended, or when
 * the version that failed is not the one on trial (bake with a held-back share). May be repeated.
 * @returns whether the rollout was rolled back now
 */
export async function takeTrip(uow: UnitOfWork, gateway: string, trip: TripRecord): Promise<boolean> {
  return uow.run(async (stores) => {
    if (!(await stores.models.find(trip.model))) return false;
    const model = await lockModel(stores, trip.model);
    const live = await stores.rollouts.findLive(model.id);
    if (live?.id !== trip.rolloutId || live.version !== trip.version || live.state === 'baking') return false;
    const actor = `gateway:${gateway}`;
    const { version, failures, of, primaryFailures, primaryOf, pauseMs } = trip;
    const because = `gateway ${gateway} stopped sending callers to version ${version}: ${failures} of its last ${of} requests failed where the primary answered`;
    if (!provesHarm(trip)) {
      await stores.events.append({
        ...{ modelId: model.id, rolloutId: live.id, type: 'rollout.traffic_paused', actor },
        data: { version, because, failures, of, primaryFailures, primaryOf, pauseMs },
      });
      return false;
    }
    await endRollout(stores, model, live, { state: 'rolled_back', because, actor });
    return true;
  });
}

/** A gateway of before pauses never sends callers again, so there is nothing to wait for. */
function provesHarm({ failures, of, inARow = 0, primaryFailures, primaryOf }: TripRecord): boolean {
  if (primaryFailures === undefined || primaryOf === undefined) return true;
  return chanceOfTrip({ failures, of, inARow, primaryFailures, primaryOf }) <= MOST_BY_CHANCE;
}

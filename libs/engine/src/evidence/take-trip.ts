import { forAttempt, trafficStepAt, tripsProveHarm, type TripSeen } from '#libs/rollout';
import { DomainError } from '#libs/kernel';
import { endRollout } from '../rollouts/end-rollout.ts';
import { lockModel } from '../registry/lookup.ts';
import { policyOf } from '../settings/policy-of.ts';
import type { Stores, UnitOfWork } from '../ports/ports.ts';
import type { EventRecord, RolloutRecord, TripRecord } from '../ports/records.ts';

/** Which gateway tells of a trip. */
export interface Teller {
  readonly gateway: string;
  readonly boot: string;
}

/**
 * Notes a gateway's local trip: a pause of the traffic there. Callers come back, its requests are in the evidence, and the gates judge
 * them. Only pauses in a row without one answer between them end the rollout (`tripsProveHarm`), where several gateways serve the model at
 * more than one of them. Nothing happens when that rollout has ended, or when the version that failed is not the one on trial (bake with a
 * held-back share). May be repeated: a trip that was noted is not noted again.
 * @returns whether the rollout was rolled back now
 * @throws DomainError `trip_unasked` where the rollout's policy has no local trips, or its step sends no callers to the candidate
 */
export async function takeTrip(uow: UnitOfWork, teller: Teller, trip: TripRecord): Promise<boolean> {
  return uow.run(async (stores) => {
    if (!(await stores.models.find(trip.model))) return false;
    const model = await lockModel(stores, trip.model);
    const live = await stores.rollouts.findLive(model.id);
    if (live?.id !== trip.rolloutId || live.version !== trip.version || live.state === 'baking') return false;
    assertAsked(live);
    const identity = identityOf(teller, trip);
    const noted = (await stores.events.ofRollout(live.id)).filter(({ type }) => type === PAUSED);
    if (noted.some(({ data }) => data['trip'] === identity)) return false;
    const actor = `gateway:${teller.gateway}`;
    const { version, failures, of, inARow, primaryFailures, primaryOf, pauseMs } = trip;
    const because = `gateway ${teller.gateway} stopped sending callers to version ${version}: ${failures} of its last ${of} requests failed where the primary answered`;
    const inStart = live.startPhase !== null;
    const data = { version, because, failures, of, inARow, primaryFailures, primaryOf, pauseMs, inStart };
    await stores.events.append({
      ...{ modelId: model.id, rolloutId: live.id, type: PAUSED, actor },
      data: { ...data, gateway: teller.gateway, trip: identity },
    });
    if (inStart) return false;
    const seen = [
      ...noted.flatMap(seenIn),
      { gateway: teller.gateway, failures, inARow: inARow ?? FOR_GOOD },
    ];
    const proving = await proof(stores, live, seen);
    if (proving === null) return false;
    const words = `${proving.length === 1 ? `gateway ${proving[0]} has` : `gateways ${proving.join(', ')} have`} paused its traffic again and again, without one answer of it in between; ${because}`;
    await endRollout(stores, model, live, { state: 'rolled_back', because: words, actor });
    return true;
  });
}

const PAUSED = 'rollout.traffic_paused';
/** A gateway of before pauses says nothing of a row: it never sends callers again. */
const FOR_GOOD = Infinity;

function assertAsked(live: RolloutRecord): void {
  const policy = policyOf(live);
  const traffic = live.state === 'pending' ? null : trafficStepAt(policy, live.stepIndex);
  const why =
    policy.localTrip === null
      ? 'the policy of the rollout has no local trips (localTrip: false)'
      : traffic === null || policy.steps[traffic]?.kind !== 'canary'
        ? 'its step sends no callers to the candidate'
        : null;
  if (why === null) return;
  throw new DomainError('invalid', 'trip_unasked', `A trip of rollout ${live.id} is not taken: ${why}.`);
}

/** The same trip told again is the same: by its number, or, of a gateway that numbers none, by what it says. */
const identityOf = ({ gateway, boot }: Teller, trip: TripRecord): string =>
  trip.number === undefined
    ? `${gateway} ${boot} ${[trip.failures, trip.of, trip.inARow, trip.primaryFailures, trip.primaryOf, trip.pauseMs].join('/')}`
    : `${gateway} ${boot} ${trip.number}`;

/** Trips of before they were numbered are left out: they were judged then. */
function seenIn({ data }: EventRecord): readonly TripSeen[] {
  const { gateway, failures, inARow, inStart } = data;
  if (typeof gateway !== 'string' || typeof failures !== 'number' || inStart === true) return [];
  return [{ gateway, failures, inARow: typeof inARow === 'number' ? inARow : FOR_GOOD }];
}

async function proof(
  stores: Stores,
  live: RolloutRecord,
  seen: readonly TripSeen[],
): Promise<readonly string[] | null> {
  const route = await stores.routes.find(live.modelId);
  if (!route) return null;
  const { alive } = await stores.routes.acknowledgement(live.modelId, route.revision);
  return tripsProveHarm(seen, forAttempt(policyOf(live), live.attempt).alpha, alive);
}

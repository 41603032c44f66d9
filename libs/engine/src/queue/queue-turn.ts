import type { Instant } from '#libs/kernel';
import { whyUnconfigured } from '../evidence/abilities.ts';
import { policyOf } from '../settings/policy-of.ts';
import type { Stores } from '../ports/ports.ts';
import { whyUnpriced } from '../settings/prices.ts';
import { heldByEnvironment } from '../routing/proven-before.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { isAdminsWord } from '../rollouts/by-hand.ts';
import { startsLater, whyQueued } from './start-at.ts';

export const CANNOT_START = 'it cannot start: ';

/** Where a queued rollout stands. */
export type QueueTurn =
  | { readonly kind: 'free' }
  /** It may take the place of the rollout that runs. */
  | { readonly kind: 'takes'; readonly live: RolloutRecord }
  | { readonly kind: 'waits'; readonly because: string }
  /** A person has to do something before it can start. */
  | { readonly kind: 'lacks'; readonly because: string }
  /** Its version is released otherwise by now. */
  | { readonly kind: 'moot'; readonly because: string };

/** Nothing keeps it from starting, but for the others of its release group. */
export const mayStart = ({ kind }: QueueTurn): boolean => kind === 'free' || kind === 'takes';

/**
 * May a queued rollout start? When its time has come, nothing that waits comes before it, nothing else of the model is live
 * (or what is live gives way), its artifact is proven in the environment before, its gates on money have prices, of
 * the primary of this day too, and workers of this day can judge its gates. Of its release group nothing is known here.
 */
export async function turnOf(
  stores: Stores,
  model: ModelRecord,
  queued: RolloutRecord,
  now: Instant,
): Promise<QueueTurn> {
  const next = await stores.rollouts.nextQueued(model.id);
  if (next?.id !== queued.id || startsLater(next, now))
    return { kind: 'waits', because: whyQueued(queued, now) };
  const live = await stores.rollouts.findLive(model.id);
  if (model.primary === next.version)
    return { kind: 'moot', because: 'the version became primary meanwhile' };
  if (live?.version === next.version)
    return { kind: 'moot', because: 'the version was released meanwhile by another rollout' };
  if (live !== null && !givesPlace(live, next)) return { kind: 'waits', because: whyQueued(next, now) };
  const lacks = await whatItLacks(stores, model, next, live);
  if (live === null)
    return lacks === null ? { kind: 'free' } : { kind: 'lacks', because: CANNOT_START + lacks };
  // What could not start afterwards ends nothing.
  return lacks === null ? { kind: 'takes', live } : { kind: 'waits', because: whyQueued(next, now) };
}

/**
 * Why a queued rollout could not start as things stand, its turn and its date aside, in words; `null`: nothing is lacking.
 * @param live what runs before it
 */
export async function whatItLacks(
  stores: Stores,
  model: ModelRecord,
  queued: RolloutRecord,
  live: RolloutRecord | null,
): Promise<string | null> {
  return (
    // What follows a bake is compared with the primary before it.
    (live?.state === 'baking' ? null : whyUnpriced(queued, model)) ??
    (await whyUnconfigured(stores, queued, model)) ??
    (await heldByEnvironment(stores, model, queued))
  );
}

/**
 * Does a live rollout leave its place to one whose turn has come? By its policy (`supersede`): out of its bake; and else to what could not
 * take the place when it was asked for, since it waited for a date or for the others of its release group. Not an admin's promotion or way back.
 */
function givesPlace(live: RolloutRecord, { startAt, groupId }: RolloutRecord): boolean {
  if (policyOf(live).onNewVersion !== 'supersede') return false;
  return live.state === 'baking' || ((startAt !== null || groupId !== null) && !isAdminsWord(live));
}

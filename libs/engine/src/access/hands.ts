import { DomainError } from '#libs/kernel';
import type { Stores } from '../ports/ports.ts';
import { isSamePerson, type Principal, principalOf, tokenIn, withHandles } from './principal.ts';
import type { RolloutRecord, VersionRecord } from '../ports/records.ts';

/** What people do to a version that makes it theirs, too, as it is on the record. */
export const HAND_EVENTS: readonly string[] = [
  'version.registered',
  'version.edited',
  'version.metrics_added',
  'version.serving_set',
  'version.output_spec_replaced',
  'rollout.created',
];

/**
 * The whole principal of an actor: the people who made the token that was used (they have seen it), and every
 * name under which these people have logged in. By the record, so that it holds for tokens that are gone, too.
 */
export async function wholePrincipal(stores: Stores, actor: string): Promise<Principal> {
  const known = principalOf(actor);
  const makers = await makersOf(stores, actor);
  const people = makers.map(principalOf).filter((maker) => maker.isPerson);
  const whole = withHandles(
    known,
    people.flatMap((maker) => maker.handles),
  );
  return withHandles(whole, await stores.events.loginsOf(whole.handles));
}

/** Who made what the actor used: a token, or a webhook source, whose secret signs deliveries. */
async function makersOf(stores: Stores, actor: string): Promise<readonly string[]> {
  const token = tokenIn(actor);
  if (token !== null) return stores.events.tokenMakers(token.name, token.owner);
  return actor.startsWith(WEBHOOK) ? stores.events.sourceMakers(actor.slice(WEBHOOK.length)) : [];
}

const WEBHOOK = 'webhook:';

/** Everybody who had a hand in a version: uploaded its artifact, registered or changed it, added metrics, started or retried a rollout, ran its CI. */
async function handsOn(
  stores: Stores,
  version: VersionRecord,
  rollout: RolloutRecord,
): Promise<readonly Principal[]> {
  const noted = await stores.events.handsOn(version.modelId, version.version);
  const actors = new Set([version.createdBy, rollout.createdBy, ...noted]);
  return Promise.all([...actors].map((actor) => wholePrincipal(stores, actor)));
}

/**
 * With four eyes, an approver is a person, and none of those who had a hand in the version.
 * @throws DomainError `four_eyes`
 */
export async function assertSomebodyElse(
  stores: Stores,
  actor: string,
  version: VersionRecord,
  rollout: RolloutRecord,
): Promise<void> {
  const approver = await wholePrincipal(stores, actor);
  if (!principalOf(actor).isPerson)
    throw refused(
      `${actor} names no person: a token without an owner may be anybody's. Use a token with an owner, or log in`,
    );
  const hands = await handsOn(stores, version, rollout);
  if (!hands.some((hand) => isSamePerson(hand, approver))) return;
  throw refused(
    `${actor} had a hand in version ${version.version} (registered, changed or released it, ran its CI job, or made a token that did). Somebody else must approve it`,
  );
}

/** Which of some actors have had a hand in a version by now, also since they approved it. */
export async function withHands(
  stores: Stores,
  actors: readonly string[],
  version: VersionRecord,
  rollout: RolloutRecord,
): Promise<ReadonlySet<string>> {
  const hands = await handsOn(stores, version, rollout);
  const found = new Set<string>();
  for (const actor of actors) {
    const whole = await wholePrincipal(stores, actor);
    if (hands.some((hand) => isSamePerson(hand, whole))) found.add(actor);
  }
  return found;
}

const refused = (why: string): DomainError =>
  new DomainError('forbidden', 'four_eyes', `The policy asks for four eyes, and ${why}.`);

import { randomUUID } from 'node:crypto';
import { DomainError, type Instant } from '#libs/kernel';
import type { Stores } from '../ports/ports.ts';
import type { SubscriptionRecord } from '../ports/subscriptions.ts';

export type NewSubscription = Pick<SubscriptionRecord, 'name' | 'url' | 'events' | 'models' | 'format'> & {
  readonly secret: string;
};
export type SubscriptionEdits = Partial<
  Pick<SubscriptionRecord, 'name' | 'url' | 'events' | 'models' | 'state'>
>;

export async function subscribe(
  stores: Stores,
  { secret, ...subscription }: NewSubscription,
  actor: string,
): Promise<SubscriptionRecord> {
  await stores.events.holdInstallation();
  const id = randomUUID();
  const secrets = [{ secret, until: null }];
  await stores.subscriptions.insert({ id, ...subscription, secrets, createdBy: actor });
  await note(stores, 'subscription.added', actor, id, subscription);
  return requireSubscription(stores, id);
}

export async function editSubscription(
  stores: Stores,
  id: string,
  edits: SubscriptionEdits,
  actor: string,
): Promise<SubscriptionRecord> {
  await stores.events.holdInstallation();
  const before = await requireSubscription(stores, id);
  const because = edits.state === 'disabled' ? `by ${actor}` : '';
  await stores.subscriptions.update(id, { ...edits, ...(edits.state ? { because } : {}) });
  await note(stores, 'subscription.changed', actor, id, { ...before, ...edits });
  return requireSubscription(stores, id);
}

/** A new secret signs from now on; the ones before sign too until the overlap is over. */
export async function rotateSecret(
  stores: Stores,
  id: string,
  secret: string,
  overlapMs: number,
  actor: string,
): Promise<{ oldUntil: Instant }> {
  await stores.events.holdInstallation();
  const subscription = await requireSubscription(stores, id);
  const now = await stores.now();
  const oldUntil = now + overlapMs;
  const kept = subscription.secrets
    .map((one) => ({ ...one, until: Math.min(one.until ?? Infinity, oldUntil) }))
    .filter(({ until }) => until > now);
  await stores.subscriptions.update(id, { secrets: [{ secret, until: null }, ...kept] });
  await note(stores, 'subscription.secret_rotated', actor, id, subscription);
  return { oldUntil };
}

export async function unsubscribe(stores: Stores, id: string, actor: string): Promise<void> {
  await stores.events.holdInstallation();
  const subscription = await requireSubscription(stores, id);
  await stores.subscriptions.remove(id);
  await note(stores, 'subscription.removed', actor, id, subscription);
}

export async function requireSubscription(stores: Stores, id: string): Promise<SubscriptionRecord> {
  const found = await stores.subscriptions.find(id);
  if (found) return found;
  throw new DomainError('not_found', 'subscription_not_found', `There is no subscription "${id}".`);
}

/** The URL may hold a secret: only where it leads is told. */
function note(
  stores: Stores,
  type: string,
  actor: string,
  id: string,
  { name, url, events, models }: Pick<SubscriptionRecord, 'name' | 'url' | 'events' | 'models'>,
): Promise<void> {
  const data = { id, name, origin: new URL(url).origin, events, models };
  return stores.events.appendToInstallation({ type, actor, data });
}

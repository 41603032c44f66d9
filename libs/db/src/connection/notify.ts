import type { EntityManager } from 'typeorm';
import type { Route } from '#libs/traffic';

/** One channel for everything; listeners look at `kind`. Delivered when the transaction commits. */
export const CHANNEL = 'understudy';

export type Notification =
  /** A model has a new route; it comes along unless it is too long for a notification. */
  { readonly kind: 'route'; readonly modelId: string; readonly route?: Route } | { readonly kind: 'agenda' };

/** Tells every listening process, in and after this transaction. */
export async function notify(manager: EntityManager, message: Notification): Promise<void> {
  await manager.query('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify(message)]);
}

import type { Instant } from '#libs/kernel';

const DAY_MS = 86_400_000;

/** What grows by time only, and is of no use when it is old. The record of events is none of it. */
export const FORGETTABLE = [
  'idempotency',
  'delivery',
  'outgoing_delivered',
  'outgoing_dead',
  'session',
  'ci_token_use',
  'expired_token',
  'silent_gateway',
  'judge_answer',
  'embedding_vector',
] as const;
export type Forgettable = (typeof FORGETTABLE)[number];

/** How long the operator wants things kept, in milliseconds. */
export interface Retention {
  /** Answers to requests with an Idempotency-Key. */
  readonly idempotencyMs: number;
  /** Deliveries of CI systems, and events that could not be delivered to a subscription. */
  readonly deliveryMs: number;
}

export interface RetentionStore {
  /** The database's clock. */
  now(): Promise<Instant>;
  /** Deletes at most `most` of what is from before; returns how many. Leaves out what somebody has locked. */
  forget(what: Forgettable, before: Instant, most: number): Promise<number>;
}

/** Rows of one statement: its locks are gone in milliseconds. */
const BATCH = 1_000;
/** Batches of one run for each kind; the next run goes on. */
const MOST_BATCHES = 200;

/** How old each may become. What ends by itself (`session`, `ci_token_use`) may go when it has ended. */
export function keptMs(what: Forgettable, retention: Retention): number {
  switch (what) {
    case 'idempotency':
      return retention.idempotencyMs;
    case 'delivery':
    case 'outgoing_dead':
      return retention.deliveryMs;
    case 'outgoing_delivered':
    case 'embedding_vector':
      return 7 * DAY_MS;
    case 'session':
    case 'ci_token_use':
      return 0;
    case 'expired_token':
    case 'silent_gateway':
    case 'judge_answer':
      return 30 * DAY_MS;
  }
}

/**
 * Deletes what is older than it is kept, batch by batch.
 * @param now the database's time (a test's, where months must pass)
 * @returns how many rows of each kind are gone
 */
export async function forgetOld(
  store: RetentionStore,
  retention: Retention,
  now: Instant,
): Promise<Record<Forgettable, number>> {
  const gone = {} as Record<Forgettable, number>;
  for (const what of FORGETTABLE) {
    gone[what] = 0;
    for (let batch = 0; batch < MOST_BATCHES; batch++) {
      const count = await store.forget(what, now - keptMs(what, retention), BATCH);
      gone[what] += count;
      if (count < BATCH) break;
    }
  }
  return gone;
}

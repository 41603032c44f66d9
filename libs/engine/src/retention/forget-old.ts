import type { Instant } from '#libs/kernel';
import { type Forgettable, keptMs, KINDS } from './growth.ts';
import type { Retention } from './retention.ts';

export interface RetentionStore {
  /** The database's clock. */
  now(): Promise<Instant>;
  /** Deletes at most `most` of what is from before; returns how many. Leaves out what somebody has locked. */
  forget(what: Forgettable, before: Instant, most: number): Promise<number>;
  /** Deletes what gateways have said that are gone: at most `most` rows of each table. */
  forgetGoneGateways(most: number): Promise<number>;
  /**
   * Deletes the samples and text pairs of rollouts that ended before, `batch` rows a statement.
   * @returns how many rollouts and rows
   */
  clearSamples(before: Instant, mostRollouts: number, batch: number): Promise<Cleared>;
  /** Makes one row of each step and arm of the evidence of rollouts that ended before. @returns how many rollouts, and how many rows fewer */
  compactEvidence(before: Instant, mostRollouts: number): Promise<Cleared>;
}

export interface Cleared {
  readonly rollouts: number;
  readonly rows: number;
}

/** Rows of one statement: its locks are gone in milliseconds. */
const BATCH = 1_000;
/** Batches of one run for each kind; the next run goes on. */
const MOST_BATCHES = 200;
/** Ended rollouts of one run. */
const MOST_ROLLOUTS = 1_000;

/** What one run has deleted, by kind (rows), and whether it has left some for the next one. */
export interface Forgotten {
  readonly gone: Readonly<Record<string, number>>;
  readonly more: boolean;
}

/** Clocks that are further apart are not both right; leap seconds, time zones set by hand and slow NTP are. */
const MOST_APART_MS = 12 * 3_600_000;

/**
 * May anything be deleted for its age? A clock that has jumped ahead makes everything old at once, and what is deleted does not come back
 * with the right time. So two clocks must say nearly the same.
 * @param database its time now
 * @param own this machine's
 */
export const clocksAgree = (database: Instant, own: Instant): boolean =>
  Math.abs(database - own) <= MOST_APART_MS;

/**
 * Deletes what is older than it is kept, batch by batch: at most 200,000 rows of each kind and what belongs to 1,000 rollouts. A kind that
 * fails keeps no other from its turn.
 * @param now the database's time (a test's, where months must pass)
 * @throws AggregateError after the last kind, with the error of each that failed
 */
export async function forgetOld(
  store: RetentionStore,
  retention: Retention,
  now: Instant,
): Promise<Forgotten> {
  const gone: Record<string, number> = {};
  const errors: unknown[] = [];
  let more = false;
  const attempt = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => void errors.push(error));
  const inBatches = async (what: string, forget: () => Promise<number>): Promise<void> => {
    let count = BATCH;
    let rows = 0;
    for (let batch = 0; batch < MOST_BATCHES && count === BATCH; batch++) {
      count = await forget();
      rows += count;
    }
    gone[what] = rows;
    more ||= count === BATCH;
  };
  const ofRollouts = async (what: string, clear: () => Promise<Cleared>): Promise<void> => {
    const { rows, rollouts } = await clear();
    gone[what] = rows;
    more ||= rollouts === MOST_ROLLOUTS;
  };
  for (const what of KINDS)
    await attempt(inBatches(what, () => store.forget(what, now - keptMs(what, retention), BATCH)));
  await attempt(inBatches('gone_gateway_word', () => store.forgetGoneGateways(BATCH)));
  await attempt(
    ofRollouts('sample', () => store.clearSamples(now - retention.sampleMs, MOST_ROLLOUTS, BATCH)),
  );
  await attempt(
    ofRollouts('evidence', () => store.compactEvidence(now - retention.evidenceMs, MOST_ROLLOUTS)),
  );
  if (errors.length > 0)
    throw new AggregateError(errors, `${errors.length} kinds of old rows are not forgotten`);
  return { gone, more };
}

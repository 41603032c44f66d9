import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';

const LOOK_EACH_MS = 500;

/**
 * Does some work that builds indexes beside writers, while processes of the release before may wait for the same lock. They wait within one statement, whose
 * snapshot such an index waits for in turn, and neither would ever end: PostgreSQL sees no circle, for the lock is another session's. Where an index waits for
 * such a statement, the statement is cancelled; its process ends with that error, and whoever runs it starts it again.
 * @param lock the session that holds the lock
 * @param key of that lock
 */
export async function pastOldMigrators<T>(
  lock: QueryRunner,
  key: number,
  work: () => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const looking = cancelWaiting(lock, key, ended.signal);
  try {
    return await work();
  } finally {
    ended.abort();
    await looking;
  }
}

async function cancelWaiting(lock: QueryRunner, key: number, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    // A connection that is lost is told by whoever works.
    await lock.query(CANCEL, [key]).catch(() => undefined);
    await sleep(LOOK_EACH_MS, undefined, { signal: ended }).catch(() => undefined);
  }
}

/** $1: the key. Others' sessions are left alone, as is whoever waits and is in nobody's way. */
const CANCEL = `SELECT pg_cancel_backend(waiting.pid) FROM pg_locks AS waiting
    JOIN pg_stat_activity AS it ON it.pid = waiting.pid AND pg_has_role(it.usesysid, 'MEMBER')
  WHERE waiting.locktype = 'advisory' AND NOT waiting.granted AND waiting.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (waiting.classid, waiting.objid, waiting.objsubid) = (($1::bigint >> 32)::oid, ($1::bigint & 4294967295)::oid, 1)
    AND EXISTS (SELECT 1 FROM pg_stat_activity AS index WHERE index.datname = current_database() AND index.wait_event = 'virtualxid'
      AND index.query ~* '^(CREATE|DROP|REINDEX) .*CONCURRENTLY' AND waiting.pid = ANY (pg_blocking_pids(index.pid)))`;

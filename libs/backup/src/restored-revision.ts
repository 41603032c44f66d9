import type { Instant } from '#libs/kernel';

/** 2026-01-01T00:00:00Z, before any release. */
const BEGINNING = Date.UTC(2026, 0, 1);
/** PostgreSQL's `int`. */
const MOST = 2_147_483_647;

/**
 * The revision that a model's route goes on from after its database was restored: above every revision that gateways may have heard of
 * since the backup was taken. The seconds since 2026 are, as routes change less often than once a second, however often and from
 * whichever backup a database is restored (ADR 35). Good until 2094. Pure.
 * @param last in the restored database
 */
export const restoredRevision = (last: number, now: Instant): number =>
  Math.min(MOST, Math.max(last + 1, Math.floor((now - BEGINNING) / 1_000)));

import { setTimeout as sleep } from 'node:timers/promises';
import { watchLive } from './invariants/record.ts';
import type { LiveLook } from './invariants/story.ts';
import type { RehearsalDatabase } from './places/database.ts';
import type { Releases } from './site/releases.ts';

/** What a person aborts has ended by then. */
export const ABORT_MS = 60_000;
/** Two looks. */
const LAST_LOOKS_MS = 3_000;

/**
 * After the last fault: watches the rollouts that live while they go on to their end, for `endMs`, and has a person abort those that are left.
 * @param working settles when all have ended
 * @returns what was seen of them; how many were aborted; and whether all have ended now
 */
export async function comeToEnd(
  releases: Releases,
  database: RehearsalDatabase,
  working: Promise<Error | null>,
  endMs: number,
): Promise<{ readonly looks: readonly LiveLook[]; readonly aborted: number; readonly haveEnded: boolean }> {
  let isWatched = false;
  const known = new Set(releases.begun.map(({ id }) => id));
  const watched = watchLive(database, known, () => isWatched);
  const first = await Promise.race([working, sleep(endMs, 'late' as const, { ref: false })]);
  const until = Date.now();
  isWatched = true;
  const looks = await watched;
  if (first instanceof Error) throw first;
  if (first === null) return { looks, aborted: 0, haveEnded: true };
  const left = looks.filter(({ at }) => at > until - LAST_LOOKS_MS).map(({ id }) => id);
  releases.abortLive();
  const second = await Promise.race([working, sleep(ABORT_MS, 'late' as const, { ref: false })]);
  if (second instanceof Error) throw second;
  return { looks, aborted: new Set(left).size, haveEnded: second === null };
}

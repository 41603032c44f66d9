/**
 * The body of a release, as the Release dialog and "change start" ask for it.
 * @param local what a `datetime-local` field holds, which is of the browser's zone; empty: now. Now is said too: what is
 *   left out leaves a version that waits for a date waiting. A rollout that has started takes no notice of it.
 */
export const releaseBody = (
  version: number,
  reason: string,
  local: string,
): { version: number; reason: string; startAt: string | null } => ({
  version,
  reason,
  startAt: startOf(local),
});

/** @param local what a `datetime-local` field holds, which is of the browser's zone; empty: now, `null` */
export const startOf = (local: string): string | null =>
  local === '' ? null : new Date(local).toISOString();

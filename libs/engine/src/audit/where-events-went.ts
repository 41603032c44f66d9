import { DomainError, type Instant } from '#libs/kernel';
import type { EventExport, Stores } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';

/** Files that have some of a rollout's events, which are here no more; the newest first. */
export async function eventsOfRolloutWentTo(
  stores: Stores,
  { modelId, createdAt, endedAt }: Pick<RolloutRecord, 'modelId' | 'createdAt' | 'endedAt'>,
): Promise<readonly EventExport[]> {
  // What lives, or ended and is not exported, has all its events; those after its end (a late word of a gateway) are few.
  return stores.events.detachedBetween(modelId, createdAt, endedAt ?? LAST);
}

/**
 * Files with events of the time that a page of the record covers.
 * @param page the times of its events, newest first
 * @param isLast nothing older is here
 */
export async function eventsOfPageWentTo(
  stores: Stores,
  modelId: string | null,
  page: readonly Instant[],
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): Promise<readonly EventExport[]> {
  const oldest = isLast ? 0 : page.at(-1);
  const newest = isFirst ? LAST : page[0];
  return stores.events.detachedBetween(modelId, oldest ?? 0, newest ?? LAST);
}

/** Nothing is decided again by a part of what was seen. @throws DomainError `events_detached` */
export async function assertEventsHere(stores: Stores, rollout: RolloutRecord): Promise<void> {
  const exports = await eventsOfRolloutWentTo(stores, rollout);
  if (exports.length === 0) return;
  const files = exports.map(({ file, place }) => `${file} (${place})`).join(', ');
  throw new DomainError(
    'gone',
    'events_detached',
    `Events of this rollout were exported and have left the database: ${files}. What its decisions rested on is in those files.`,
  );
}

/** Later than any event. */
const LAST = 253_402_300_799_000;

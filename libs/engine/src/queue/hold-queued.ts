import type { Instant } from '#libs/kernel';
import type { Stores } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';

/**
 * Says why a queued rollout waits, where that is new.
 * @returns whether it is new
 */
export async function holdQueued(
  stores: Stores,
  { id, revision, decision: before }: RolloutRecord,
  because: string,
  at: Instant,
): Promise<boolean> {
  const isNew = before?.because !== because;
  if (!isNew && before.revision === revision) return false;
  const isNoted = await stores.rollouts.note(id, revision, {
    decision: { kind: 'hold', because, at, revision },
  });
  return isNew && isNoted;
}

/** The same, and on the record: a person has to do something about it. */
export async function holdQueuedOnRecord(
  stores: Stores,
  queued: RolloutRecord,
  because: string,
  at: Instant,
): Promise<void> {
  if (!(await holdQueued(stores, queued, because, at))) return;
  await stores.events.append({
    modelId: queued.modelId,
    rolloutId: queued.id,
    type: 'rollout.waits',
    actor: 'engine',
    data: { version: queued.version, because },
  });
}

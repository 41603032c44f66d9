import type { Instant } from '#libs/kernel';
import type { Stores } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';

/**
 * Says why a queued rollout waits, where that is new.
 * @returns whether it is new
 */
export const holdQueued = async (
  stores: Stores,
  queued: RolloutRecord,
  because: string,
  at: Instant,
): Promise<boolean> =>
  queued.decision?.because !== because &&
  stores.rollouts.note(queued.id, queued.revision, { decision: { kind: 'hold', because, at } });

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

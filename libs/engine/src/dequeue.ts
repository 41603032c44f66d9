import { endRollout } from './end-rollout.ts';
import { lockModel } from './lookup.ts';
import type { Stores } from './ports.ts';
import type { RolloutRecord } from './records.ts';

/**
 * Lets a queued rollout go on when it is its turn: nothing else of the model is live, and nothing
 * was queued before it.
 * @returns the rollout as it is afterwards; `null` when it must wait, or has nothing left to do
 */
export async function dequeue(stores: Stores, queued: RolloutRecord): Promise<RolloutRecord | null> {
  const model = await lockModel(stores, queued.model);
  if ((await stores.rollouts.findLive(model.id)) !== null) return null;
  const next = await stores.rollouts.nextQueued(model.id);
  if (next?.id !== queued.id) return null;
  if (model.primary === queued.version) {
    await endRollout(stores, model, next, {
      state: 'superseded',
      because: 'the version became primary meanwhile',
      actor: 'engine',
    });
    return null;
  }
  const patch = { queued: false, from: model.primary };
  if (!(await stores.rollouts.transition(next.id, next.revision, patch))) return null;
  await stores.events.append({
    modelId: model.id,
    rolloutId: next.id,
    type: 'rollout.dequeued',
    actor: 'engine',
    data: { version: next.version, from: model.primary },
  });
  return stores.rollouts.find(next.id);
}

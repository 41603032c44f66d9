import { endRollout } from './end-rollout.ts';
import { lockModel } from './lookup.ts';
import type { Stores } from './ports.ts';
import type { RolloutRecord } from './records.ts';
import { startsLater, whyQueued } from './start-at.ts';

/**
 * Lets a queued rollout go on when it is its turn: its time has come, nothing else of the model is live, and nothing
 * that waits comes before it.
 * @returns the rollout as it is afterwards; `null` when it must wait, or has nothing left to do
 */
export async function dequeue(stores: Stores, queued: RolloutRecord): Promise<RolloutRecord | null> {
  const model = await lockModel(stores, queued.model);
  const next = await stores.rollouts.nextQueued(model.id);
  if (next?.id !== queued.id) return null;
  const now = await stores.now();
  if (startsLater(next, now)) return null;
  const live = await stores.rollouts.findLive(model.id);
  if (model.primary === next.version || live?.version === next.version) {
    await endRollout(stores, model, next, {
      state: 'superseded',
      because:
        model.primary === next.version
          ? 'the version became primary meanwhile'
          : 'the version was released meanwhile by another rollout',
      actor: 'engine',
    });
    return null;
  }
  if (live !== null) {
    // Its time has come, and its turn has not.
    const because = whyQueued(next, now);
    if (next.startAt !== null && next.decision?.because.startsWith('starts at '))
      await stores.rollouts.note(next.id, next.revision, { decision: { kind: 'hold', because, at: now } });
    return null;
  }
  const patch = { queued: false, from: model.primary, decision: null };
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

import type { Instant } from '#libs/kernel';
import { whyUnconfigured } from './abilities.ts';
import { endRollout } from './end-rollout.ts';
import { ENGINE } from './engine-actor.ts';
import { brokenGroup } from './groups/broken-group.ts';
import { holdQueued, holdQueuedOnRecord } from './hold-queued.ts';
import { lockModel } from './lookup.ts';
import type { Stores } from './ports.ts';
import { whyUnpriced } from './prices.ts';
import { heldByEnvironment } from './proven-before.ts';
import type { RolloutRecord } from './records.ts';
import { startsLater, whyQueued } from './start-at.ts';

const CANNOT_START = 'it cannot start: ';
/** What another reason to wait may stand in for. */
const SAID_HERE = new RegExp(`^(starts at |${CANNOT_START})`);

/**
 * Lets a queued rollout go on when it is its turn: its time has come, nothing else of the model is live, nothing
 * that waits comes before it, its artifact is proven in the environment before, its gates on money have prices, of the
 * primary of this day too, and workers of this day can judge its gates.
 * @returns the rollout as it is afterwards; `null` when it must wait, or has nothing left to do
 */
export async function dequeue(stores: Stores, queued: RolloutRecord): Promise<RolloutRecord | null> {
  const model = await lockModel(stores, queued.model);
  const broke = await brokenGroup(stores, queued);
  if (broke !== null) {
    await endRollout(stores, model, queued, { state: 'rolled_back', because: broke, actor: ENGINE });
    return null;
  }
  const next = await stores.rollouts.nextQueued(model.id);
  const now = await stores.now();
  if (next?.id !== queued.id) {
    await noteTurn(stores, queued, now);
    return null;
  }
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
    await noteTurn(stores, next, now);
    return null;
  }
  const lacks =
    whyUnpriced(next, model) ??
    (await whyUnconfigured(stores, next, model)) ??
    (await heldByEnvironment(stores, model, next));
  if (lacks !== null) {
    await holdQueuedOnRecord(stores, next, CANNOT_START + lacks, now);
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

/** Where its time has come, and its turn has not, it no longer says what it said of its start. */
async function noteTurn(stores: Stores, rollout: RolloutRecord, now: Instant): Promise<void> {
  if (startsLater(rollout, now) || !SAID_HERE.test(rollout.decision?.because ?? '')) return;
  await holdQueued(stores, rollout, whyQueued(rollout, now), now);
}

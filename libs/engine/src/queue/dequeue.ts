import type { Instant } from '#libs/kernel';
import { endRollout } from '../rollouts/end-rollout.ts';
import { ENGINE } from '../access/engine-actor.ts';
import { lockModels } from '../groups/lock-models.ts';
import { queuedTogether } from '../groups/queued-together.ts';
import { holdQueued, holdQueuedOnRecord } from './hold-queued.ts';
import type { Stores } from '../ports/ports.ts';
import { CANNOT_START, mayStart, type QueueTurn, turnOf } from './queue-turn.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { startsLater, whyQueued } from './start-at.ts';

const WITH_GROUP = 'it starts together with its release group: ';
/** What another reason to wait may stand in for. */
const SAID_HERE = new RegExp(`^(starts at |${WITH_GROUP}|${CANNOT_START})`);

/** A queued rollout, its model, and whether it may start. */
interface Standing {
  readonly rollout: RolloutRecord;
  readonly model: ModelRecord;
  readonly turn: QueueTurn;
}

/**
 * Lets a queued rollout go on when it is its turn (`turnOf`), and a release group when it is the turn of each member: all of it leaves
 * the queues in one transaction. A member that took its place alone could wait for the others for ever, in the way of a group that they wait for.
 * @returns the rollout as it is afterwards; `null` when it must wait, or has nothing left to do
 */
export async function dequeue(stores: Stores, queued: RolloutRecord): Promise<RolloutRecord | null> {
  const models = await lockModels(stores, (await queuedTogether(stores, queued)).models);
  const { members, broke } = await queuedTogether(stores, queued);
  const now = await stores.now();
  const all: Standing[] = [];
  for (const rollout of members) {
    const model = models.get(rollout.model);
    if (model) all.push({ rollout, model, turn: await turnOf(stores, model, rollout, now) });
  }
  const own = all.find(({ rollout }) => rollout.id === queued.id);
  if (!own) return null;
  const { rollout, model, turn } = own;
  if (broke !== null) {
    await endRollout(stores, model, rollout, { state: 'rolled_back', because: broke, actor: ENGINE });
    return null;
  }
  if (all.every((one) => one.turn.kind === 'free')) {
    for (const one of all) await start(stores, one);
    for (const { rollout: one } of all) if (one.id !== queued.id) await stores.agenda.wake(one.id);
    return stores.rollouts.find(queued.id);
  }
  const others = all.filter((one) => one !== own && !mayStart(one.turn));
  switch (turn.kind) {
    case 'moot':
      await endRollout(stores, model, rollout, {
        state: 'superseded',
        because: turn.because,
        actor: ENGINE,
      });
      break;
    case 'lacks':
      await holdQueuedOnRecord(stores, rollout, turn.because, now);
      break;
    case 'free':
    case 'takes':
      if (others.length > 0) await holdQueued(stores, rollout, whyTogether(others), now);
      else await noteTurn(stores, rollout, now);
      break;
    case 'waits':
      await noteTurn(stores, rollout, now);
  }
  return null;
}

async function start(stores: Stores, { rollout, model }: Standing): Promise<void> {
  const patch = { queued: false, from: model.primary, decision: null };
  if (!(await stores.rollouts.transition(rollout.id, rollout.revision, patch)))
    throw new Error(`rollout ${rollout.id} was moved by somebody who does not hold its model's lock`);
  await stores.events.append({
    modelId: model.id,
    rolloutId: rollout.id,
    type: 'rollout.dequeued',
    actor: 'engine',
    data: { version: rollout.version, from: model.primary },
  });
}

const whyTogether = (others: readonly Standing[]): string =>
  WITH_GROUP +
  others
    .map(
      ({ rollout: { model, version }, turn }) =>
        `${model} ${version}: ${'because' in turn ? turn.because : ''}`,
    )
    .join('; ');

/** Where its time has come, and its turn has not, it no longer says what it said of its start. */
async function noteTurn(stores: Stores, rollout: RolloutRecord, now: Instant): Promise<void> {
  if (startsLater(rollout, now) || !SAID_HERE.test(rollout.decision?.because ?? '')) return;
  await holdQueued(stores, rollout, whyQueued(rollout, now), now);
}

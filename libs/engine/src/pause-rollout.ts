import { DomainError } from '#libs/kernel';
import type { RolloutState } from '#libs/rollout';
import { lockModel, requireRollout } from './lookup.ts';
import type { Stores } from './ports.ts';
import type { RolloutRecord } from './records.ts';

/** A person holds a rollout where it is: the traffic stays as it is, and nothing moves until `resume`. */
export async function pauseRollout(
  stores: Stores,
  rolloutId: string,
  reason: string,
  actor: string,
): Promise<RolloutRecord> {
  return change(stores, rolloutId, { from: 'running', to: 'paused', type: 'rollout.paused', reason, actor });
}

/** A person lets a paused rollout go on. The clock of its step starts anew, and so does its `maxDuration`. */
export async function resumeRollout(
  stores: Stores,
  rolloutId: string,
  reason: string,
  actor: string,
): Promise<RolloutRecord> {
  return change(stores, rolloutId, { from: 'paused', to: 'running', type: 'rollout.resumed', reason, actor });
}

async function change(
  stores: Stores,
  rolloutId: string,
  {
    from,
    to,
    type,
    reason,
    actor,
  }: { from: RolloutState; to: RolloutState; type: string; reason: string; actor: string },
): Promise<RolloutRecord> {
  const { model } = await requireRollout(stores, rolloutId);
  await lockModel(stores, model);
  const rollout = await requireRollout(stores, rolloutId);
  if (rollout.state === to) return rollout; // asked twice
  if (rollout.state !== from) {
    throw new DomainError(
      'conflict',
      'action_illegal',
      `The rollout is ${rollout.state}; only one that is ${from} can be ${to} by this.`,
    );
  }
  const restarted = to === 'running' ? { stepStartedAt: null } : {};
  await stores.rollouts.transition(rollout.id, rollout.revision, { state: to, ...restarted });
  await stores.events.append({
    modelId: rollout.modelId,
    rolloutId,
    type,
    actor,
    data: { version: rollout.version, because: reason },
  });
  await stores.outbox.wakeRollout(rolloutId);
  return requireRollout(stores, rolloutId);
}

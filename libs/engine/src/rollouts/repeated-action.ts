import { isLive, type Action } from '#libs/rollout';
import type { Stores } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';
import { hasApproved } from './approvals.ts';
import { isLegal } from './possible-actions.ts';
import { commandDone, type Done, doneAlready, doneBefore, doneLongAgo } from './repeated-command.ts';
import type { SeenRevisions } from './seen-revision.ts';

/** What a person asks for, as far as a repeat of it is known by it. */
interface Asked {
  readonly action: Action;
  readonly actor: string;
  readonly step?: number | undefined;
  readonly revision?: SeenRevisions | undefined;
  readonly unlessRepeated?: boolean | undefined;
  readonly overrideFreeze?: boolean;
  readonly startAt?: number | null | undefined;
}

/** What was done already, and that in words. */
export interface Repeated {
  readonly rollout: RolloutRecord;
  readonly outcome: string;
}

/** Is the rollout where the action leads, whoever brought it there? */
export async function isSoAlready(
  stores: Stores,
  rollout: RolloutRecord,
  { action, actor }: Asked,
): Promise<boolean> {
  if (action === 'pause') return rollout.state === 'paused';
  if (action === 'resume') return rollout.state === 'running' && rollout.stepStartedAt === null;
  if (action === 'approve') return hasApproved(stores, rollout, actor);
  if (action === 'abort' || action === 'reject') return rollout.state === 'aborted';
  return action === 'promote' && rollout.state === 'baking';
}

/**
 * What has been done already by the same words: the answer to them, in place of doing it twice or refusing it
 * (`repeated-command.ts` says when that is so). `null`: they are new.
 */
export async function repeatOf(
  stores: Stores,
  rollout: RolloutRecord,
  asked: Asked,
): Promise<Repeated | null> {
  if (asked.action === 'retry') return retried(stores, rollout, asked);
  const outcome =
    (await repeatsWithinTheTime(stores, rollout, asked)) ?? (await repeatsTheLast(stores, rollout, asked));
  return outcome === null ? null : { rollout, outcome };
}

/** That the command was carried out a moment ago, for whoever does not say what they saw. */
async function repeatsWithinTheTime(
  stores: Stores,
  rollout: RolloutRecord,
  { action, step, revision, unlessRepeated = false }: Asked,
): Promise<string | null> {
  if (action !== 'skip' && action !== 'approve') return null;
  if ((step !== undefined || revision !== undefined) && !unlessRepeated) return null;
  const done = await commandDone(stores, rollout.modelId, action, rollout.id);
  // Another person's approval of the same step is one more.
  if (done === null || (action === 'approve' && done.step === rollout.stepIndex)) return null;
  const further = 'Say "step" to go on from where the rollout is now.';
  return doneAlready(whatWasDone(action, done), done, await stores.now(), further);
}

/** That the command was carried out, where the state that it has led to would refuse it. */
async function repeatsTheLast(
  stores: Stores,
  rollout: RolloutRecord,
  { action, step, actor }: Asked,
): Promise<string | null> {
  if (isLegal(rollout, action) || (step !== undefined && step !== rollout.stepIndex)) return null;
  // While it lives, whoever says so later may mean the step at which it is now.
  if (action === 'skip' && isLive(rollout.state)) return null;
  const done = doneBefore(await stores.events.ofRollout(rollout.id), action, { actor });
  return done && doneLongAgo(whatWasDone(action, done), done, await stores.now(), rollout);
}

/** The retry that was made, where the model's newest rollout is that one, is under way or has succeeded, and nothing further is asked of it. */
async function retried(
  stores: Stores,
  { id, modelId }: RolloutRecord,
  { startAt, overrideFreeze = false }: Asked,
): Promise<Repeated | null> {
  const { items } = await stores.rollouts.list({ modelId }, { pageSize: 1, pageToken: null });
  const newest = items.find(({ reason }) => reason.startsWith(retryReason(id, '')));
  if (!newest || !(isLive(newest.state) || newest.state === 'succeeded')) return null;
  const isMore = startAt !== undefined || (overrideFreeze && !newest.overridesFreeze);
  if (isMore && isLive(newest.state)) return null;
  const done = { actor: newest.createdBy, at: newest.createdAt, step: null };
  return {
    rollout: newest,
    outcome: doneLongAgo(whatWasDone('retry', done), done, await stores.now(), newest),
  };
}

/** A retry says which rollout it is one of. */
export const retryReason = (id: string, reason: string): string => `retry of ${id}: ${reason}`;

function whatWasDone(action: Action, { step }: Done): string {
  const which = step === null ? 'a step' : `step ${step}`;
  switch (action) {
    case 'skip':
      return `${which} was skipped`;
    case 'approve':
      return `${which} was approved`;
    case 'resume':
    case 'pause':
    case 'promote':
      return `it was ${action}d`;
    case 'reject':
    case 'abort':
      return `it was ${action}ed`;
    case 'retry':
      return 'it was retried';
  }
}

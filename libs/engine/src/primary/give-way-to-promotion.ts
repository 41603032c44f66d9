import { endRollout } from '../rollouts/end-rollout.ts';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';

/** An admin's promotion of a version by hand. */
export interface Promotion {
  readonly version: number;
  /** It is the version whose rollout runs: what was to come after it still does. */
  readonly hurries: boolean;
}

/**
 * Which of those that wait give way to an admin's promotion? All that wait for no date and were asked for before it: an older wish does not take
 * the place of a newer word without a person. Where the admin only hurries the rollout that runs, newer versions
 * wait on: they were asked for to come after it. A date is a plan of its own and holds. Pure.
 */
export const givesWayToPromotion = (
  waiting: readonly RolloutRecord[],
  { version, hurries }: Promotion,
): readonly RolloutRecord[] =>
  waiting.filter(
    (one) => one.startAt === null && one.version !== version && (!hurries || one.version < version),
  );

/** Ends them, in the promotion's transaction. @returns their versions */
export async function giveWayToPromotion(
  stores: Stores,
  model: ModelRecord,
  promotion: Promotion,
  actor: string,
): Promise<readonly number[]> {
  const waiting = givesWayToPromotion(await stores.rollouts.queued(model.id), promotion);
  for (const one of waiting)
    await endRollout(stores, model, one, {
      state: 'superseded',
      because: `an admin promoted version ${promotion.version} after version ${one.version} was asked for; retry releases it all the same`,
      actor,
    });
  return waiting.map((one) => one.version);
}

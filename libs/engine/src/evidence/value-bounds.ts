import {
  dueWinsorBounds,
  isLive,
  trafficStepAt,
  type Evidence,
  type Policy,
  type WinsorBounds,
} from '#libs/rollout';
import { lockModel } from '../registry/lookup.ts';
import type { Stores } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';

/** Bounds of values that a rollout's gates can choose by now; `null`: none. Pure. */
export function dueValueBounds(
  { state, stepIndex, valueBounds }: RolloutRecord,
  policy: Policy,
  evidence: Evidence,
): WinsorBounds | null {
  const traffic = trafficStepAt(policy, stepIndex);
  if (traffic === null || !isLive(state) || state === 'pending') return null;
  return dueWinsorBounds(policy, traffic, evidence, valueBounds);
}

/**
 * Chooses where gates that winsorise cut values off, once there are enough of them, and keeps it: each gate chooses once, whoever looks.
 * @returns the rollout as it is afterwards; `null` when somebody else moved it, or chose
 */
export async function keepValueBounds(
  stores: Stores,
  rollout: RolloutRecord,
  policy: Policy,
  evidence: Evidence,
): Promise<RolloutRecord | null> {
  const valueBounds = dueValueBounds(rollout, policy, evidence);
  if (valueBounds === null) return rollout;
  await lockModel(stores, rollout.model);
  const present = await stores.rollouts.find(rollout.id);
  const isAsSeen =
    present?.revision === rollout.revision &&
    Object.keys(present.valueBounds ?? {}).length === Object.keys(rollout.valueBounds ?? {}).length;
  if (!isAsSeen || !(await stores.rollouts.note(rollout.id, rollout.revision, { valueBounds }))) return null;
  return { ...rollout, valueBounds };
}

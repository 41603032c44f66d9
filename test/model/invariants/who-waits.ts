import type { RolloutRecord } from '#libs/engine';
import { isProvenIn } from './environment-invariant.ts';
import { MODELS } from '../commands/commands.ts';
import type { World } from '../world.ts';

/**
 * Those that nobody's word is missing for, directly or through others: queued behind one that waits, not begun while a related model's
 * waits, held by an environment whose proof is missing, or of one release group with one that waits.
 * @param forAPerson rollouts that wait for a person by themselves
 */
export function withoutThoseThatWait(
  underWay: readonly RolloutRecord[],
  forAPerson: readonly RolloutRecord[],
  world: World,
): readonly RolloutRecord[] {
  const waiting = new Set(forAPerson);
  for (const rollout of underWay) if (lacksProof(world, rollout)) waiting.add(rollout);
  for (let before = -1; before < waiting.size;) {
    before = waiting.size;
    for (const rollout of underWay)
      if ([...waiting].some((other) => waitsFor(rollout, other))) waiting.add(rollout);
  }
  return underWay.filter((rollout) => !waiting.has(rollout));
}

function waitsFor(rollout: RolloutRecord, other: RolloutRecord): boolean {
  if (rollout.groupId !== null && rollout.groupId === other.groupId) return true;
  if (rollout.queued) return rollout.model === other.model;
  const areRelated = [rollout, other].every(({ model }) => MODELS.some((one) => one === model));
  return rollout.state === 'pending' && areRelated;
}

function lacksProof(
  { db: { state } }: World,
  { modelId, version, overridesEnvironment, ...rollout }: RolloutRecord,
): boolean {
  const after = [...state.models.values()].find(({ id }) => id === modelId)?.environment?.after;
  if (!after || overridesEnvironment || rollout.state === 'baking') return false;
  const digest = state.versions.get(`${modelId} ${version}`)?.artifact?.digest;
  return digest === undefined || !isProvenIn(state, after.id, digest);
}

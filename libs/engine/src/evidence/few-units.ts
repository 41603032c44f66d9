import { callersSeen, type Policy, tooFewUnits } from '#libs/rollout';
import type { PolicyWarning } from './abilities.ts';
import type { Stores } from '../ports/ports.ts';
import { requireModel } from '../registry/lookup.ts';

type Reads = Pick<Stores, 'models' | 'rollouts' | 'evidence'>;

/** So many of the latest rollouts are asked who has called. */
const LATEST = { pageSize: 3, pageToken: null };

/**
 * Which gates of a policy the callers of a model cannot prove, by how many distinct units called in a step of its latest rollouts. Where nobody has
 * counted them yet, nothing is said.
 */
export async function fewUnitsWarnings(
  stores: Reads,
  model: string,
  policy: Policy,
): Promise<readonly PolicyWarning[]> {
  const { id } = await requireModel(stores as Stores, model);
  const { items } = await stores.rollouts.list({ modelId: id }, LATEST);
  const evidence = await stores.evidence.ofRollouts(items.map((one) => one.id));
  const seen = Math.max(0, ...[...evidence.values()].map(callersSeen));
  if (seen === 0) return [];
  return tooFewUnits(policy, seen).map(({ gate, at, because }) => ({
    code: 'gate_few_units',
    pointer: `/gates/${at}`,
    detail: `The gate "${gate.name}" can hardly be proven by the callers of ${model}: its latest rollouts saw some ${seen} distinct units in a step, at most; ${because}. Allow more, or leave the unit out: without one each request counts as one.`,
  }));
}

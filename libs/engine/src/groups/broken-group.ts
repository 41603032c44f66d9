import type { Stores } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';
import { whatBroke } from './crossing.ts';

/** Why a rollout must go back with its release group, in words; `null`: it need not, or has none. */
export async function brokenGroup(
  stores: Stores,
  { groupId }: Pick<RolloutRecord, 'groupId'>,
): Promise<string | null> {
  const group = groupId === null ? null : await stores.groups.find(groupId);
  return group && whatBroke(group);
}

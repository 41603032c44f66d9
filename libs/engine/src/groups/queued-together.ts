import type { Stores } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';
import { whatBroke } from './crossing.ts';

/** A rollout that is queued, with those that start in the same transaction or not at all. */
export interface QueuedTogether {
  /** Itself as it is now, and those of its release group that are queued too; empty when it is queued no more. */
  readonly members: readonly RolloutRecord[];
  /** The models of all of them, for `lockModels`. */
  readonly models: readonly string[];
  /** Why it must go back with its release group, in words; `null`: it need not. */
  readonly broke: string | null;
}

/** With whom a queued rollout starts: by itself, or with its whole release group (ADR 29). */
export async function queuedTogether(
  stores: Stores,
  { id, groupId }: Pick<RolloutRecord, 'id' | 'groupId'>,
): Promise<QueuedTogether> {
  const group = groupId === null ? null : await stores.groups.find(groupId);
  const own = group ? group.members.find((one) => one.id === id) : await stores.rollouts.find(id);
  const all = (group?.members ?? (own ? [own] : [])).filter((one) => one.queued && one.endedAt === null);
  return {
    members: own && all.includes(own) ? all : [],
    models: (group?.members ?? (own ? [own] : [])).map(({ model }) => model),
    broke: group && whatBroke(group),
  };
}

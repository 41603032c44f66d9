import type { RolloutRecord } from '#libs/engine';
import type { MemoryState } from './memory-state.ts';

const waiting = (s: MemoryState): RolloutRecord[] =>
  [...s.rollouts.values()].filter((r) => r.queued && r.endedAt === null);

/** A model's queue in the order in which its rollouts start; a stable sort keeps that in which they were asked for. */
export function queuedOf(s: MemoryState, modelId: string): RolloutRecord[] {
  const due = ({ id, startAt, createdAt }: RolloutRecord): number =>
    startAt ?? s.dueSince.get(id) ?? createdAt;
  return waiting(s)
    .filter((r) => r.modelId === modelId)
    .sort((a, b) => due(a) - due(b));
}

/** Since when a new one is due where it has no date: never before what waits already; one instant for all of a release group. */
export function dueSinceOf(s: MemoryState, groupId: string | null, now: number): number {
  const own = [...s.rollouts.values()].find((r) => groupId !== null && r.groupId === groupId);
  const others = waiting(s).map(({ id }) => s.dueSince.get(id) ?? 0);
  return (own && s.dueSince.get(own.id)) ?? Math.max(now, ...others);
}

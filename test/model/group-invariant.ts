import { policyOf, type RolloutRecord } from '#libs/engine';
import { isLive } from '#libs/rollout';
import { Breach } from '../support/engine-invariants.ts';
import type { MemoryState } from '../support/memory-state.ts';
import { newEvents } from './new-events.ts';

const PAST: Readonly<Record<string, readonly string[]>> = {
  'rollout.promoted': ['baking', 'succeeded'],
  'rollout.succeeded': ['succeeded'],
};

/**
 * A release group is all or nothing (ADR 29), at every instant: the transaction that makes one of it primary, or ends its bake well, does so
 * for all. An admin's promotion of one version at once is a word for that model alone.
 * Mutants: `member-crosses-alone`, `crosses-with-the-unready`, `person-moves-one-member`, `group-word-for-some`. @throws Breach
 */
export function checkGroups(before: MemoryState, after: MemoryState): void {
  for (const model of after.models.values())
    for (const { type, rolloutId, data } of newEvents(before, after, model.id)) {
      const rollout = after.rollouts.get(rolloutId ?? '');
      const past = PAST[type];
      if (!rollout || rollout.groupId === null || !past) continue;
      if (/^admin promotes version/.test(String(data['because']))) continue;
      for (const other of membersOf(after, rollout.groupId))
        if (!past.includes(other.state))
          throw new Breach(
            `${model.name} ${rollout.version}: ${type}, and ${other.model} ${other.version} of its group is ${other.state}`,
          );
    }
  for (const id of after.groups.keys())
    if (!before.groups.has(id)) for (const member of membersOf(after, id)) checkStarted(member);
}

/** Each can go back. Mutant: `group-without-way-back`. */
function checkStarted({ from, queued, model, version, ...rollout }: RolloutRecord): void {
  const bakes = policyOf(rollout).steps.some(({ kind }) => kind === 'bake');
  if (bakes && (from !== null || queued)) return;
  throw new Breach(`${model} ${version}: it is in a group, and could not go back`);
}

/**
 * Once all has settled: where one of a group has failed, all have. Mutants: `group-goes-on-broken`, `queued-outlives-its-group`. @throws Breach
 */
export function checkSettledGroups(state: MemoryState): void {
  for (const id of state.groups.keys()) {
    const members = membersOf(state, id);
    const failed = members.find((one) => !isLive(one.state) && one.state !== 'succeeded');
    const other = members.find((one) => isLive(one.state) || one.state === 'succeeded');
    if (failed && other)
      throw new Breach(
        `${failed.model} ${failed.version} is ${failed.state}, and ${other.model} ${other.version} of its group ${other.state}`,
      );
  }
}

export const membersOf = (state: MemoryState, group: string): readonly RolloutRecord[] =>
  [...state.rollouts.values()].filter(({ groupId }) => groupId === group);

import { policyHash, policyOf, type RolloutRecord } from '#libs/engine';
import { AT_ONCE_POLICY_DOCUMENT, isLive } from '#libs/rollout';
import { Breach } from '../../support/memory/breach.ts';
import type { MemoryState } from '../../support/memory/memory-state.ts';
import { newEvents } from './new-events.ts';

const AT_ONCE_HASH = policyHash(AT_ONCE_POLICY_DOCUMENT);
const PAST: Readonly<Record<string, readonly string[]>> = {
  'rollout.promoted': ['baking', 'succeeded'],
  'rollout.succeeded': ['succeeded'],
};

/**
 * A release group is all or nothing (ADR 29), at every instant: the transaction that makes one of it primary, or ends its bake well, does so
 * for all. An admin's promotion of one version at once is a word for that model alone.
 * Mutants: `member-crosses-alone`, `crosses-with-the-unready`, `person-moves-one-member`, `group-word-for-some`,
 * `queued-outlives-its-group` (one that starts although another one has failed). @throws Breach
 */
export function checkGroups(before: MemoryState, after: MemoryState): void {
  for (const model of after.models.values())
    for (const { type, rolloutId, data } of newEvents(before, after, model.id)) {
      const rollout = after.rollouts.get(rolloutId ?? '');
      const past = PAST[type];
      const broken =
        type === 'rollout.dequeued' && rollout?.groupId ? failedOf(before, rollout.groupId) : undefined;
      if (broken)
        throw new Breach(
          `${model.name} ${rollout?.version}: it starts, and ${broken.model} ${broken.version} of its group is ${broken.state}`,
        );
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
  for (const id of after.groups.keys()) checkPlaces(membersOf(after, id));
  checkNoneIsPassed(before, after);
}

/**
 * A group has its places in the queues of all its models as a whole, and leaves them as a whole: no two can ever wait for each other.
 * Mutants: `group-starts-by-halves`, `group-queues-by-halves`, `one-date-moves-alone`.
 */
function checkPlaces(members: readonly RolloutRecord[]): void {
  const live = members.filter(({ state }) => isLive(state));
  const [first] = live;
  for (const { model, version, queued, startAt } of live)
    if (queued !== first?.queued || startAt !== first.startAt)
      throw new Breach(
        `${model} ${version}: it is ${queued ? 'queued' : 'on its way'} for ${String(startAt)}, and ${first?.model} ${first?.version} of its group ${first?.queued ? 'queued' : 'on its way'} for ${String(first?.startAt)}`,
      );
}

/** Each can go back. Mutant: `group-without-way-back`. */
function checkStarted({ from, queued, model, version, ...rollout }: RolloutRecord): void {
  const bakes = policyOf(rollout).steps.some(({ kind }) => kind === 'bake');
  if (bakes && (from !== null || queued)) return;
  throw new Breach(`${model} ${version}: it is in a group, and could not go back`);
}

/** A release that starts at once passes no group whose turn has come, and that waits for a place elsewhere. An admin's word does. Mutant: `passes-a-waiting-group`. */
function checkNoneIsPassed(before: MemoryState, after: MemoryState): void {
  for (const { id, model, version, queued, createdAt, policyHash: by } of after.rollouts.values()) {
    if (before.rollouts.has(id) || queued || by === AT_ONCE_HASH) continue;
    for (const waiting of before.rollouts.values()) {
      if (waiting.model !== model || waiting.groupId === null || !waiting.queued) continue;
      if (waiting.endedAt !== null || (waiting.startAt ?? 0) > createdAt) continue;
      if (after.rollouts.get(waiting.id)?.endedAt === null)
        throw new Breach(`${model} ${version}: it passes ${waiting.version}, which waits for its group`);
    }
  }
}

/**
 * Once all has settled: where one of a group has failed, all have. Mutant: `group-goes-on-broken`. @throws Breach
 */
export function checkSettledGroups(state: MemoryState): void {
  for (const id of state.groups.keys()) {
    const members = membersOf(state, id);
    const failed = failedOf(state, id);
    const other = members.find((one) => isLive(one.state) || one.state === 'succeeded');
    if (failed && other)
      throw new Breach(
        `${failed.model} ${failed.version} is ${failed.state}, and ${other.model} ${other.version} of its group ${other.state}`,
      );
  }
}

const failedOf = (state: MemoryState, group: string): RolloutRecord | undefined =>
  membersOf(state, group).find((one) => !isLive(one.state) && one.state !== 'succeeded');

export const membersOf = (state: MemoryState, group: string): readonly RolloutRecord[] =>
  [...state.rollouts.values()].filter(({ groupId }) => groupId === group);

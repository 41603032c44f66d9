import { DomainError, type Instant } from '#libs/kernel';
import type { Authority } from '../../access/authority.ts';
import type { SeenRevisions } from '../../rollouts/seen-revision.ts';
import type { Stores } from '../../ports/ports.ts';
import type { RolloutRecord } from '../../ports/records.ts';
import { startsLater } from '../../queue/start-at.ts';
import { retryReason } from '../../rollouts/repeated-action.ts';
import { groupState } from '../crossing.ts';
import { lockModels } from '../lock-models.ts';
import type { GroupRecord } from '../records.ts';
import { assertSeen, requireGroup } from './seen-group.ts';
import { assertGroupStartable, type NewMember, startGroup, type StartGroup } from '../start-group.ts';

export interface RetryGroup {
  readonly reason: string;
  readonly actor: string;
  readonly authority: Authority;
  /** As a hot fix, all of them. */
  readonly overrideFreeze?: boolean;
  /** Not before this instant; left out: its date holds, if it is still ahead. */
  readonly startAt?: Instant | null | undefined;
  /** The revision of the group that the person saw (`If-Match`). */
  readonly revision?: SeenRevisions | undefined;
}

/**
 * Releases the versions of a group that has gone back once more, as a new group, in the caller's transaction: each by the policy
 * that it had, where that is not looser than its model's by now. Asking again answers the new group while it is under way, and once it has
 * succeeded, as long as nothing else has been released of its models.
 * @throws DomainError `group_live`, `group_ended` for one that has succeeded, `changed_meanwhile`, and what `startGroup` refuses
 */
export async function retryGroup(stores: Stores, id: string, request: RetryGroup): Promise<GroupRecord> {
  const { revision, reason, startAt, overrideFreeze = false, ...by } = request;
  const seen = await requireGroup(stores, id);
  await lockModels(
    stores,
    seen.members.map(({ model }) => model),
  );
  const group = await requireGroup(stores, id);
  assertSeen(group, revision);
  assertEnded(group);
  const done = await succeededRetry(stores, group);
  if (done !== null) return done;
  const again = againOf(group, await stores.now(), overrideFreeze);
  return startGroup(stores, {
    ...by,
    members: again.members,
    startAt: startAt === undefined ? again.startAt : startAt,
    reason: retryReason(id, reason),
  });
}

/** The retry of a group that was made and has succeeded, where each member's rollout is its model's newest; `null`: there is none. */
async function succeededRetry(stores: Stores, { id, members }: GroupRecord): Promise<GroupRecord | null> {
  const groups = new Set<string | null>();
  for (const { modelId } of members) {
    const { items } = await stores.rollouts.list({ modelId }, { pageSize: 1, pageToken: null });
    groups.add(items[0]?.groupId ?? null);
  }
  const [only = null] = groups;
  const newest = only === null || groups.size > 1 ? null : await stores.groups.find(only);
  const isDone = newest?.reason.startsWith(retryReason(id, '')) && groupState(newest) === 'succeeded';
  return isDone ? newest : null;
}

/** What a retry asks for, where nothing else is said: each by the policy that it had, and a date that is ahead holds. */
function againOf(
  group: GroupRecord,
  now: Instant,
  overrideFreeze: boolean,
): Pick<StartGroup, 'members' | 'startAt'> {
  const again = (member: RolloutRecord): NewMember => ({
    ...{ model: member.model, version: member.version, policy: member.policy, hadPolicy: true },
    overrideFreeze: overrideFreeze || member.overridesFreeze,
  });
  const ahead = group.members.filter((member) => startsLater(member, now));
  const dates = ahead.map((member) => member.startAt ?? now);
  return { members: group.members.map(again), startAt: dates.length > 0 ? Math.max(...dates) : undefined };
}

/** Would an admin's retry be taken now, as far as it is known? Reads only. @throws DomainError what it would be refused for */
export async function assertRetriable(stores: Stores, group: GroupRecord): Promise<void> {
  assertEnded(group);
  const by = { reason: 'retry', actor: '', authority: 'admin' } as const;
  await assertGroupStartable(stores, { ...by, ...againOf(group, await stores.now(), false) });
}

function assertEnded(group: GroupRecord): void {
  const state = groupState(group);
  if (state === 'rolled_back') return;
  const { id, members } = group;
  const live = members
    .filter(({ endedAt }) => endedAt === null)
    .map(({ model, version }) => `${model} ${version}`);
  throw state === 'live'
    ? new DomainError(
        'conflict',
        'group_live',
        `The release group ${id} has not ended: ${live.join(', ')} ${live.length === 1 ? 'is' : 'are'} under way. Abort it first, or wait until all have gone back.`,
      )
    : new DomainError(
        'conflict',
        'group_ended',
        'The release group has succeeded: there is nothing to retry.',
      );
}

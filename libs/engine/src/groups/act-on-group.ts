import { DomainError } from '#libs/kernel';
import { isLive, type Action } from '#libs/rollout';
import { carryOutAction } from '../rollouts/act-on-rollout.ts';
import type { Authority } from '../access/authority.ts';
import { policyOf } from '../settings/policy-of.ts';
import type { Stores } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';
import { Probes } from '../readiness/probes.ts';
import { groupState, type GroupState, whatBroke } from './crossing.ts';
import { lockModels } from './lock-models.ts';
import { ofMember } from './of-member.ts';
import type { GroupRecord } from './records.ts';
import type { GroupAction } from './group-actions.ts';
import type { ProbesByModel } from './probes-of-group.ts';

export interface GroupActionRequest {
  readonly action: GroupAction;
  readonly reason: string;
  readonly actor: string;
  readonly authority: Authority;
  /** `promote` and `finish`: although a freeze window is open. */
  readonly overrideFreeze?: boolean;
  /** The revision of the group that the person saw (`If-Match`). */
  readonly revision?: number | undefined;
  /** What the servers said a moment ago that callers may be sent to. */
  readonly probes?: ProbesByModel;
}

/** Grows with every change of state of a member. */
export const groupRevision = ({ members }: Pick<GroupRecord, 'members'>): number =>
  members.reduce((sum, { revision }) => sum + revision, 0);

/** By what action each member is moved. */
const OF_MEMBERS: Readonly<Record<GroupAction, Action>> = {
  approve: 'approve',
  reject: 'reject',
  promote: 'promote',
  finish: 'skip',
  abort: 'abort',
};

/**
 * Carries out a person's action on all members that it concerns, in the caller's transaction: all, or none. Asking
 * again for what is so already changes nothing.
 * @throws DomainError `changed_meanwhile`; `group_not_ready` with those members that are not where the action needs them;
 *   or where one has gone back, so that all do; `group_ended`;
 *   what a member's own action is refused for (four eyes, freeze, a server that is not ready)
 */
export async function actOnGroup(
  stores: Stores,
  id: string,
  request: GroupActionRequest,
): Promise<GroupRecord> {
  const { action, revision, probes, ...word } = request;
  const seen = await requireGroup(stores, id);
  await lockModels(
    stores,
    seen.members.map(({ model }) => model),
  );
  const group = await requireGroup(stores, id);
  if (isDone(group, request)) return group;
  assertSeen(group, revision);
  assertWhole(group, action);
  for (const member of concernedBy(group, action))
    await ofMember(member, `/members/${member.model}`, () =>
      carryOutAction(stores, member.id, {
        ...word,
        action: OF_MEMBERS[action],
        // Seen under the lock: a member's own command of a moment ago makes this one no repeat.
        step: member.stepIndex,
        reason: `release group: ${word.reason}`,
        withGroup: true,
        probes: probes?.get(member.model) ?? Probes.NONE,
      }),
    );
  return requireGroup(stores, id);
}

/** How a group ends by each action that ends it. */
const ENDS: Readonly<Partial<Record<GroupAction, GroupState>>> = {
  ...{ promote: 'succeeded', finish: 'succeeded' },
  ...{ abort: 'rolled_back', reject: 'rolled_back' },
};

/** Is it so already? A client whose answer was lost asks again, when the group has moved on. */
function isDone(group: GroupRecord, { action, actor }: GroupActionRequest): boolean {
  if (ENDS[action] === groupState(group)) return true;
  if (action !== 'approve') return false;
  const live = group.members.filter(({ state }) => isLive(state));
  const hasApproved = live.some(({ approvals }) => approvals.some(({ by }) => by === actor));
  return hasApproved && live.every((member) => !hasApprovalLeft(member));
}

/** @throws DomainError `group_ended`; `group_not_ready` for what would leave some of a group's versions where the others have gone back */
function assertWhole(group: GroupRecord, action: GroupAction): void {
  const state = groupState(group);
  if (state !== 'live')
    throw new DomainError(
      'conflict',
      'group_ended',
      `"${action}" makes no sense any more: the release group has ${state === 'succeeded' ? 'succeeded' : 'gone back'}. ${state === 'succeeded' ? 'Roll its models back one by one, if you must' : 'Retry it (POST /api/v1/release-groups/{id}/retry), or release anew'}.`,
    );
  const broke = whatBroke(group);
  if (broke === null || ENDS[action] === 'rolled_back') return;
  throw new DomainError(
    'conflict',
    'group_not_ready',
    `"${action}" comes too late: the release group goes back. ${broke}. Retry it once that is mended.`,
  );
}

/** @throws DomainError `group_not_found` */
export async function requireGroup(stores: Stores, id: string): Promise<GroupRecord> {
  const found = await stores.groups.find(id);
  if (found) return found;
  throw new DomainError('not_found', 'group_not_found', `There is no release group "${id}".`);
}

/** @throws DomainError `changed_meanwhile` @param revision what the person saw; `undefined`: they do not say */
export function assertSeen(group: GroupRecord, revision: number | undefined): void {
  if (revision === undefined || revision === groupRevision(group)) return;
  throw new DomainError(
    'stale',
    'changed_meanwhile',
    `The release group has moved since you looked: it is at revision ${groupRevision(group)} and not ${revision}. Look again, and decide anew.`,
  );
}

/** The members that an action moves. One word holds for all, so all must be where it makes sense. */
function concernedBy(group: GroupRecord, action: GroupAction): readonly RolloutRecord[] {
  const live = group.members.filter(({ state }) => isLive(state));
  const late = (isThere: (member: RolloutRecord) => boolean, where: string): readonly RolloutRecord[] => {
    const behind = live.filter((member) => !isThere(member));
    if (behind.length > 0) throw notReady(action, behind, where);
    return live;
  };
  switch (action) {
    case 'abort':
    case 'reject':
      return live;
    case 'promote':
      return late(({ state }) => state !== 'pending', 'under way').filter(({ state }) => state !== 'baking');
    case 'finish':
      return late(({ state }) => state === 'baking', 'in its bake');
    case 'approve': {
      const waits = ({ state }: RolloutRecord): boolean => state === 'awaiting_approval';
      const there = late((member) => waits(member) || !hasApprovalLeft(member), 'at its approval step');
      if (!there.some(waits)) throw notReady(action, live, 'at an approval step');
      return there.filter(waits);
    }
  }
}

/** Is an approval ahead of a member, or is it at one, waiting or paused? */
const hasApprovalLeft = (member: RolloutRecord): boolean =>
  policyOf(member).steps.some(({ kind }, at) => kind === 'approval' && at >= member.stepIndex);

const notReady = (action: GroupAction, behind: readonly RolloutRecord[], where: string): DomainError =>
  new DomainError(
    'conflict',
    'group_not_ready',
    `"${action}" is one word for the whole group, and these members are not ${where}: ${behind.map(({ model, version, state }) => `${model} ${version} is ${state.replace('_', ' ')}`).join('; ')}.`,
    behind.map(({ model }) => ({ pointer: `/members/${model}`, detail: `not ${where}` })),
  );

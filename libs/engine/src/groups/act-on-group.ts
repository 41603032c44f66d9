import { DomainError } from '#libs/kernel';
import { isLive, type Action } from '#libs/rollout';
import { carryOutAction } from '../act-on-rollout.ts';
import type { Authority } from '../authority.ts';
import { policyOf } from '../policy-of.ts';
import type { Stores } from '../ports.ts';
import type { RolloutRecord } from '../records.ts';
import { Probes } from '../readiness/probes.ts';
import { whatBroke } from './crossing.ts';
import { lockModels } from './lock-models.ts';
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
 * @throws DomainError `changed_meanwhile`; `group_not_ready` with those members that are not where the action needs them, or
 *   where one has failed, so that the group goes back;
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
  assertSeen(group, revision);
  assertWhole(group, action);
  const concerned = concernedBy(group, action);
  for (const { id: member, model, stepIndex } of concerned)
    await carryOutAction(stores, member, {
      ...word,
      action: OF_MEMBERS[action],
      // Seen under the lock: a member's own command of a moment ago makes this one no repeat.
      step: stepIndex,
      reason: `release group: ${word.reason}`,
      withGroup: true,
      probes: probes?.get(model) ?? Probes.NONE,
    });
  return requireGroup(stores, id);
}

/** @throws DomainError `group_not_found` */
export async function requireGroup(stores: Stores, id: string): Promise<GroupRecord> {
  const found = await stores.groups.find(id);
  if (found) return found;
  throw new DomainError('not_found', 'group_not_found', `There is no release group "${id}".`);
}

function assertSeen(group: GroupRecord, revision: number | undefined): void {
  if (revision === undefined || revision === groupRevision(group)) return;
  throw new DomainError(
    'stale',
    'changed_meanwhile',
    `The release group has moved since you looked: it is at revision ${groupRevision(group)} and not ${revision}. Look again, and decide anew.`,
  );
}

/**
 * Where one member has failed, the others go back at their next look: until then, too, no word moves them on. Where nothing is under way
 * any more, asking again changes nothing.
 */
function assertWhole(group: GroupRecord, action: GroupAction): void {
  if (action === 'abort' || action === 'reject') return;
  const broke = group.members.some(({ state }) => isLive(state)) ? whatBroke(group) : null;
  if (broke === null) return;
  throw new DomainError(
    'conflict',
    'group_not_ready',
    `"${action}" comes too late: the release group goes back. ${broke}. Release its versions anew once that is mended.`,
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
    case 'approve':
      return late(
        (member) => member.state === 'awaiting_approval' || !hasApprovalAhead(member),
        'at its approval step',
      ).filter(({ state }) => state === 'awaiting_approval');
  }
}

const hasApprovalAhead = (member: RolloutRecord): boolean =>
  policyOf(member).steps.some(({ kind }, at) => kind === 'approval' && at > member.stepIndex);

const notReady = (action: GroupAction, behind: readonly RolloutRecord[], where: string): DomainError =>
  new DomainError(
    'conflict',
    'group_not_ready',
    `"${action}" is one word for the whole group, and not each member is ${where} yet: ${behind.map(({ model, version, state }) => `${model} ${version} is ${state.replace('_', ' ')}`).join('; ')}.`,
    behind.map(({ model }) => ({ pointer: `/members/${model}`, detail: `not ${where}` })),
  );

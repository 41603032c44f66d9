import { isLive } from '#libs/rollout';
import { carryOutAction } from '../../rollouts/act-on-rollout.ts';
import type { Authority } from '../../access/authority.ts';
import { assertPossible } from '../../rollouts/possible-actions.ts';
import type { SeenRevisions } from '../../rollouts/seen-revision.ts';
import type { Stores } from '../../ports/ports.ts';
import { Probes } from '../../readiness/probes.ts';
import { groupState } from '../crossing.ts';
import type { GroupAction } from './group-actions.ts';
import { lockModels } from '../lock-models.ts';
import { ofMember } from '../of-member.ts';
import { actionOf, concernedBy, ENDS, hasApprovalLeft } from './possible-group-words.ts';
import type { ProbesByModel } from '../probes-of-group.ts';
import type { GroupRecord } from '../records.ts';
import { assertSeen, requireGroup } from './seen-group.ts';

export interface GroupActionRequest {
  readonly action: GroupAction;
  readonly reason: string;
  readonly actor: string;
  readonly authority: Authority;
  /** `promote` and `finish`: although a freeze window is open. */
  readonly overrideFreeze?: boolean;
  /** The revision of the group that the person saw (`If-Match`). */
  readonly revision?: SeenRevisions | undefined;
  /** What the servers said a moment ago that callers may be sent to. */
  readonly probes?: ProbesByModel;
}

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
  const models = await lockModels(
    stores,
    seen.members.map(({ model }) => model),
  );
  const group = await requireGroup(stores, id);
  if (isDone(group, request)) return group;
  assertSeen(group, revision);
  const concerned = concernedBy(group, action);
  // Of each by what is so before any of them has moved: one may be the environment of another.
  for (const member of concerned) {
    const model = models.get(member.model);
    const asked = { action: actionOf(action, member), withGroup: true } as const;
    if (model)
      await ofMember(member, `/members/${member.model}`, () => assertPossible(stores, model, member, asked));
  }
  for (const member of concerned)
    await ofMember(member, `/members/${member.model}`, () =>
      carryOutAction(stores, member.id, {
        ...word,
        action: actionOf(action, member),
        // Seen under the lock: a member's own command of a moment ago makes this one no repeat.
        step: member.stepIndex,
        reason: `release group${action === 'reject' ? ' rejected' : ''}: ${word.reason}`,
        withGroup: true,
        probes: probes?.get(member.model) ?? Probes.NONE,
      }),
    );
  return requireGroup(stores, id);
}

/** Is it so already? A client whose answer was lost asks again, when the group has moved on. */
function isDone(group: GroupRecord, { action, actor }: GroupActionRequest): boolean {
  if (ENDS[action] === groupState(group)) return true;
  if (action !== 'approve' || groupState(group) === 'rolled_back') return false;
  const hasApproved = group.members.some(({ approvals }) => approvals.some(({ by }) => by === actor));
  const live = group.members.filter(({ state }) => isLive(state));
  return hasApproved && live.every((member) => !hasApprovalLeft(member));
}

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
import { withoutRepeated } from './repeated-approval.ts';
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
  /** The sender has looked by itself, a moment ago: a repeat of `approve` within ten seconds does nothing all the same. */
  readonly unlessRepeated?: boolean | undefined;
  /** What the servers said a moment ago that callers may be sent to. */
  readonly probes?: ProbesByModel;
}

/** What came of a word to a group. */
export interface GroupActed {
  readonly group: GroupRecord;
  /** Why nothing was done, where it was so already; else `null`. */
  readonly outcome: string | null;
}

/** As `carryOutGroupWord`, where it does not matter whether there was anything to do. */
export const actOnGroup = async (
  stores: Stores,
  id: string,
  request: GroupActionRequest,
): Promise<GroupRecord> => (await carryOutGroupWord(stores, id, request)).group;

/**
 * Carries out a person's action on all members that it concerns, in the caller's transaction: all, or none. Asking
 * again for what is so already changes nothing; nor does a repeat of `approve` within seconds by whoever does not say what they saw.
 * @throws DomainError `changed_meanwhile`; `group_not_ready` with those members that are not where the action needs them;
 *   or where one has gone back, so that all do; `group_ended`;
 *   what a member's own action is refused for (four eyes, freeze, a server that is not ready)
 */
export async function carryOutGroupWord(
  stores: Stores,
  id: string,
  request: GroupActionRequest,
): Promise<GroupActed> {
  const { action, revision, probes, unlessRepeated = false, ...word } = request;
  const seen = await requireGroup(stores, id);
  const models = await lockModels(
    stores,
    seen.members.map(({ model }) => model),
  );
  const group = await requireGroup(stores, id);
  if (isDone(group, request)) return { group, outcome: 'it is so already' };
  assertSeen(group, revision);
  const isSeen = revision !== undefined && !unlessRepeated;
  const all = concernedBy(group, action);
  const { members: concerned, outcome } =
    action === 'approve' && !isSeen ? await withoutRepeated(stores, all) : { members: all, outcome: null };
  if (outcome !== null) return { group, outcome };
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
        // Seen under the lock: a member's own command of a moment ago makes this one no repeat. What is one of the group's was told above.
        step: member.stepIndex,
        reason: `release group${action === 'reject' ? ' rejected' : ''}: ${word.reason}`,
        withGroup: true,
        probes: probes?.get(member.model) ?? Probes.NONE,
      }),
    );
  return { group: await requireGroup(stores, id), outcome: null };
}

/** Is it so already? A client whose answer was lost asks again, when the group has moved on. */
function isDone(group: GroupRecord, { action, actor }: GroupActionRequest): boolean {
  if (ENDS[action] === groupState(group)) return true;
  if (action !== 'approve' || groupState(group) === 'rolled_back') return false;
  const hasApproved = group.members.some(({ approvals }) => approvals.some(({ by }) => by === actor));
  const live = group.members.filter(({ state }) => isLive(state));
  return hasApproved && live.every((member) => !hasApprovalLeft(member));
}

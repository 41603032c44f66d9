import type { Stores } from '../../ports/ports.ts';
import type { EventRecord, RolloutRecord } from '../../ports/records.ts';
import { type Done, doneAlready, findDone } from '../../rollouts/repeated-command.ts';

/** What a group's approval is for, once those members are left out that it was said for already. */
export interface Unrepeated {
  readonly members: readonly RolloutRecord[];
  /** What was done already, in words, where no member is left; else `null`. */
  readonly outcome: string | null;
}

/**
 * The members of which a group's approval is no repeat. Of the words to a group only `approve` means something else once it was carried out: the
 * next approval step. Whoever says it again within ten seconds means the step that it was said at.
 */
export async function withoutRepeated(
  stores: Stores,
  members: readonly RolloutRecord[],
): Promise<Unrepeated> {
  const now = await stores.now();
  let outcome: string | null = null;
  const left: RolloutRecord[] = [];
  for (const member of members) {
    const done = approvedWithGroup(await stores.events.ofRollout(member.id), member, now);
    if (done === null) left.push(member);
    else
      outcome = doneAlready(
        `step ${done.step} of ${member.model} was approved`,
        done,
        now,
        'Send If-Match with what you see to approve the step at which the group is now.',
      );
  }
  return { members: left, outcome: left.length === 0 ? outcome : null };
}

/**
 * The approval of its group that a member has had a moment ago, at another step than the one at which it is now. A word to the member alone
 * since is a newer one. Pure.
 * @param events of the member's rollout, oldest first
 */
function approvedWithGroup(
  events: readonly EventRecord[],
  { id, stepIndex }: Pick<RolloutRecord, 'id' | 'stepIndex'>,
  now: number,
): Done | null {
  const newestFirst = events.toReversed();
  const last = newestFirst.find(({ data }) => data['command'] !== undefined);
  if (last?.data['withGroup'] !== true) return null;
  const done = findDone(newestFirst, 'approve', id, now);
  return done === null || done.step === stepIndex ? null : done;
}

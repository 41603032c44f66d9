import { DomainError } from '#libs/kernel';
import { isAsSeen, type SeenRevisions, seenWords } from '../../rollouts/seen-revision.ts';
import type { Stores } from '../../ports/ports.ts';
import type { GroupRecord } from '../records.ts';

/** Grows with every change of state of a member. */
export const groupRevision = ({ members }: Pick<GroupRecord, 'members'>): number =>
  members.reduce((sum, { revision }) => sum + revision, 0);

/** @throws DomainError `group_not_found` */
export async function requireGroup(stores: Stores, id: string): Promise<GroupRecord> {
  const found = await stores.groups.find(id);
  if (found) return found;
  throw new DomainError('not_found', 'group_not_found', `There is no release group "${id}".`);
}

/** @throws DomainError `changed_meanwhile` @param revision what the person saw; `undefined`: they do not say */
export function assertSeen(group: GroupRecord, revision: SeenRevisions | undefined): void {
  if (isAsSeen(revision, groupRevision(group))) return;
  throw new DomainError(
    'stale',
    'changed_meanwhile',
    `The release group has moved since you looked: it is at revision ${groupRevision(group)} and not ${seenWords(revision)}. Look again, and decide anew.`,
  );
}

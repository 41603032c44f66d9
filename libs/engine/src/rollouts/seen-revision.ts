import { DomainError } from '#libs/kernel';
import type { RolloutRecord } from '../ports/records.ts';

/** The revision that a person saw, or one of several (RFC 9110 §13.1.1: a list of tags in `If-Match`). */
export type SeenRevisions = number | readonly number[];

/** Is it what the person saw? `undefined`: they do not say. @param revision `undefined`: there is none */
export const isAsSeen = (seen: SeenRevisions | undefined, revision: number | undefined): boolean =>
  seen === undefined || [seen].flat().some((one) => one === revision);

/** "7", or "7 or 8". */
export const seenWords = (seen: SeenRevisions | undefined): string => [seen ?? []].flat().join(' or ');

/** @throws DomainError `changed_meanwhile` unless the rollout is as the person saw it */
export function assertRolloutSeen(rollout: RolloutRecord, revision: SeenRevisions | undefined): void {
  if (isAsSeen(revision, rollout.revision)) return;
  throw new DomainError(
    'stale',
    'changed_meanwhile',
    `The rollout has moved since you looked: it is ${rollout.state} at step ${rollout.stepIndex}, at revision ${rollout.revision} and not ${seenWords(revision)}. Look again, and decide anew.`,
  );
}

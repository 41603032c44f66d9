import { DomainError, formatInstant, type Instant } from '#libs/kernel';
import { policyOf } from '../settings/policy-of.ts';
import type { RolloutRecord } from '../ports/records.ts';

/*
 * A release at a date. Until then its rollout is queued: it owns no route, nothing is deployed for it, a rollback of the
 * model goes past it, and what it is compared with is the primary of the day on which it starts.
 */

/** How far ahead a release may be put: by then its policy, and what it was measured against, are of another season. */
const MOST_AHEAD_MS = 90 * 86_400_000;

/**
 * When a release starts that was asked for at `now`.
 * @param asked `undefined`: nothing was said; `null`, and a time that has passed: now
 * @param pointer where the request says it
 * @returns `undefined` where nothing was said; `null`: now
 * @throws DomainError `start_too_far` for more than 90 days ahead
 */
export function startOf(
  asked: Instant | null | undefined,
  now: Instant,
  pointer = '/startAt',
): Instant | null | undefined {
  if (asked === undefined || asked === null || asked <= now) return asked === undefined ? undefined : null;
  if (asked - now <= MOST_AHEAD_MS) return asked;
  throw new DomainError(
    'invalid',
    'start_too_far',
    `${formatInstant(asked)} is more than 90 days ahead. Release it nearer to that date, at most 90 days before (from ${formatInstant(asked - MOST_AHEAD_MS)}).`,
    [{ pointer, detail: 'more than 90 days ahead' }],
  );
}

/** Has its time not come yet? */
export const startsLater = ({ startAt }: Pick<RolloutRecord, 'startAt'>, now: Instant): boolean =>
  startAt !== null && startAt > now;

/** Why a rollout waits in the queue, in words. */
export const whyQueued = (rollout: Pick<RolloutRecord, 'startAt'>, now: Instant): string =>
  rollout.startAt !== null && startsLater(rollout, now)
    ? `starts at ${formatInstant(rollout.startAt)}`
    : 'it waits until the rollout before it has ended';

/**
 * Of those that wait, which give way to a release that starts at `startAt` (`null`: now)? Those whose policy says
 * `supersede`, and whose time comes no sooner; one that starts before it has its days. A date gives way to a newer version
 * only: whoever releases an older one again until then does not call off what is planned. Pure.
 * @param inTurn also those that wait for no date, but for the rollout before them
 */
export const givingWay = (
  waiting: readonly RolloutRecord[],
  { version, startAt }: { readonly version: number; readonly startAt: Instant | null },
  inTurn: boolean,
): readonly RolloutRecord[] =>
  waiting.filter((one) => {
    if (policyOf(one).onNewVersion !== 'supersede') return false;
    if (one.startAt === null) return inTurn && startAt === null;
    return version > one.version && one.startAt >= (startAt ?? -Infinity);
  });

import { parseKeptPolicy, replay, type RecordedLook, type ReplayedLook } from '#libs/rollout';
import { assertEventsHere } from '../audit/where-events-went.ts';
import { newOrKeptPolicy } from '../settings/new-or-kept-policy.ts';
import { requireRollout } from '../registry/lookup.ts';
import type { UnitOfWork } from '../ports/ports.ts';

/** What became of a rollout's recorded decisions when they were made again. */
export interface ReplayReport {
  readonly rolloutId: string;
  readonly policy: 'its own' | 'another';
  readonly same: boolean;
  readonly looks: readonly ReplayedLook[];
  /** The first look that is decided otherwise; `null`: none. */
  readonly firstDifference: ReplayedLook | null;
}

/**
 * Feeds what a rollout's events have recorded to `decide()` again. By its own policy that must reach
 * the same decisions; by another one it shows what that would have done.
 * @param policy a policy document; left out: the rollout's own
 * @throws DomainError `events_detached` where some of them have left the database
 */
export async function replayRollout(
  uow: UnitOfWork,
  rolloutId: string,
  policy?: unknown,
): Promise<ReplayReport> {
  const { rollout, events } = await uow.run(async (stores) => {
    const known = await requireRollout(stores, rolloutId);
    await assertEventsHere(stores, known);
    return { rollout: known, events: await stores.events.ofRollout(rolloutId) };
  });
  const recorded = events.flatMap(({ data }): RecordedLook[] => {
    const { look, decision: kind, because, verdicts } = data as Record<string, never>;
    return look
      ? [{ ...(look as object), decision: { kind, because, verdicts } } as unknown as RecordedLook]
      : [];
  });
  const looks = replay(
    recorded,
    policy === undefined ? parseKeptPolicy(rollout.policy) : newOrKeptPolicy(policy, rollout.policy),
  );
  const firstDifference = looks.find((one) => !one.same) ?? null;
  return {
    rolloutId,
    policy: policy === undefined ? 'its own' : 'another',
    same: firstDifference === null,
    looks,
    firstDifference,
  };
}

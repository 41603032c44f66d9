import { DomainError } from '#libs/kernel';
import type { Policy } from '#libs/rollout';
import { assertSomebodyElse, wholePrincipal, withHands } from '../access/hands.ts';
import { requireVersion } from '../registry/lookup.ts';
import { policyHash } from '../settings/policy-hash.ts';
import { policyOf } from '../settings/policy-of.ts';
import type { Stores } from '../ports/ports.ts';
import { distinctPeople, isSamePerson } from '../access/principal.ts';
import type { Approval, ModelRecord, RolloutRecord, VersionRecord } from '../ports/records.ts';

/** What an approver saw, where they say so: if it is another by now, nothing is approved. */
export interface Seen {
  readonly digest?: string | null | undefined;
  readonly policyHash?: string | undefined;
}

/** Who has approved the step at which a rollout stands, by the plan that it has; each person once. */
export function approvedBy(
  rollout: Pick<RolloutRecord, 'approvals' | 'stepIndex' | 'version' | 'policyHash'>,
): readonly string[] {
  return distinctPeople(
    rollout.approvals.filter((approval) => standsFor(rollout, approval)).map((approval) => approval.by),
  );
}

/** Has this person approved the step already, whichever token or name they used? */
export async function hasApproved(stores: Stores, rollout: RolloutRecord, actor: string): Promise<boolean> {
  const before = approvedBy(rollout);
  if (before.length === 0) return false;
  const approver = await wholePrincipal(stores, actor);
  const others = await Promise.all(before.map((by) => wholePrincipal(stores, by)));
  return others.some((other) => isSamePerson(other, approver));
}

/**
 * An approval of the step at which the rollout stands, bound to the artifact's digest and the plan's hash.
 * @throws DomainError `four_eyes` when the policy asks for somebody else, `approval_stale` when what the approver
 *   saw is not what is there
 */
export async function approvalOf(
  stores: Stores,
  model: ModelRecord,
  rollout: RolloutRecord,
  policy: Policy,
  word: { readonly actor: string; readonly reason: string; readonly seen: Seen },
): Promise<Approval> {
  const version = await requireVersion(stores, model, rollout.version);
  const { actor, reason, seen } = word;
  if (policy.fourEyes) await assertSomebodyElse(stores, actor, version, rollout);
  assertAsSeen(rollout, version, seen);
  return {
    step: rollout.stepIndex,
    version: rollout.version,
    digest: digestOf(version),
    policyHash: rollout.policyHash,
    by: actor,
    reason,
    at: await stores.now(),
  };
}

/** @throws DomainError `approval_stale` when what a person saw is not what is there */
export function assertAsSeen(
  { policyHash: plan }: Pick<RolloutRecord, 'policyHash'>,
  version: VersionRecord,
  { digest, policyHash: hash }: Seen,
): void {
  const isStale =
    (digest !== undefined && digest !== digestOf(version)) || (hash !== undefined && hash !== plan);
  if (!isStale) return;
  throw new DomainError(
    'conflict',
    'approval_stale',
    'What you judge is not what is there: the artifact or the plan is another. Look again.',
  );
}

/**
 * Takes away the approvals of a rollout that is about to leave its approval step whose artifact or plan is not
 * the one that was approved, and with four eyes those of people who have had a hand in the version since, and says so in its record.
 * @param counts the approvals are what it leaves the step by, not a person's word
 * @returns whether there were any; the rollout then waits for approval again
 */
export async function voidStaleApprovals(
  stores: Stores,
  model: ModelRecord,
  rollout: RolloutRecord,
  counts = true,
): Promise<boolean> {
  if (rollout.state !== 'awaiting_approval') return false;
  const version = await requireVersion(stores, model, rollout.version);
  const digest = digestOf(version);
  const standing = rollout.approvals.filter((one) => standsFor(rollout, one)).map(({ by }) => by);
  const isAsked = counts && standing.length > 0 && policyOf(rollout).fourEyes;
  const authors = isAsked ? await withHands(stores, standing, version, rollout) : new Set<string>();
  // The hash is made anew: the plan itself may have been changed beside it.
  const hash = policyHash(rollout.policy);
  const [kept, stale] = [[] as Approval[], [] as Approval[]];
  for (const approval of rollout.approvals) {
    const holds =
      !standsFor(rollout, approval) ||
      (approval.digest === digest && approval.policyHash === hash && !authors.has(approval.by));
    (holds ? kept : stale).push(approval);
  }
  if (stale.length === 0) return false;
  await stores.rollouts.transition(rollout.id, rollout.revision, { approvals: kept });
  await stores.events.append({
    modelId: rollout.modelId,
    rolloutId: rollout.id,
    type: 'rollout.approval_voided',
    actor: 'engine',
    data: {
      version: rollout.version,
      step: rollout.stepIndex,
      by: stale.map(({ by }) => by),
      because: stale.every(({ by }) => authors.has(by))
        ? `the policy asks for four eyes, and whoever approved has had a hand in version ${rollout.version} since; somebody else must approve it`
        : 'the artifact or the plan is not the one that was approved',
    },
  });
  await stores.agenda.wake(rollout.id);
  return true;
}

const standsFor = (
  rollout: Pick<RolloutRecord, 'stepIndex' | 'version' | 'policyHash'>,
  approval: Approval,
): boolean =>
  approval.step === rollout.stepIndex &&
  approval.version === rollout.version &&
  approval.policyHash === rollout.policyHash;

const digestOf = (version: VersionRecord): string | null => version.artifact?.digest ?? null;

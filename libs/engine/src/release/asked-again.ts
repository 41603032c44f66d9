import { DomainError, formatInstant, type Instant } from '#libs/kernel';
import { policyHash } from '../settings/policy-hash.ts';
import type { RolloutPatch, Stores } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';
import { startsLater, whyQueued } from '../queue/start-at.ts';

/** What was said along with a version whose rollout lives already. */
export interface Repeat {
  /** The policy that came with the request, and the one that it comes to by what the model asks for now; `null`: none came. */
  readonly policies: { readonly own: unknown; readonly settled: () => unknown } | null;
  readonly overrideFreeze: boolean;
  readonly overrideEnvironment: boolean;
  /** `undefined`: nothing was said; `null`: now. */
  readonly startAt: Instant | null | undefined;
  readonly reason: string;
  readonly actor: string;
  /** The release group all of which is asked for again, in the same transaction. */
  readonly groupId?: string;
  /** The same for all of it, so that its members have one place in all queues. */
  readonly now?: Instant;
}

/**
 * The same version is asked for again while its rollout lives: that one is the answer. A freeze that is overridden now
 * is overridden, and a start that is another one now is moved; what is not said stays.
 * @throws DomainError `rollout_has_another_policy`, `rollout_has_started` rather than leave unsaid what was asked for; `in_group` where
 *   the start of one member of a release group would move without the others'
 */
export async function askedAgain(
  stores: Stores,
  rollout: RolloutRecord,
  repeat: Repeat,
): Promise<RolloutRecord> {
  const { policies, startAt } = repeat;
  await assertSamePolicy(stores, rollout, policies);
  const now = repeat.now ?? (await stores.now());
  const start = startAt === undefined ? null : movedStart(rollout, startAt, now);
  if (start !== null && rollout.groupId !== null && rollout.groupId !== repeat.groupId)
    throw movesAlone(rollout);
  const overrides = repeat.overrideFreeze && !rollout.overridesFreeze;
  const pastEnvironment = repeat.overrideEnvironment && !rollout.overridesEnvironment;
  if (start === null && !overrides && !pastEnvironment) return rollout;
  const patch: RolloutPatch = {
    ...(overrides && { overridesFreeze: true }),
    ...(pastEnvironment && { overridesEnvironment: true }),
    ...(start !== null && {
      startAt: start,
      // Of how it stands from here on.
      decision: {
        ...{ kind: 'hold', because: whyQueued({ startAt: start }, now), at: now },
        revision: rollout.revision + 1,
      },
    }),
  };
  await stores.rollouts.transition(rollout.id, rollout.revision, patch);
  const record = (type: string, more: Record<string, unknown>): Promise<void> =>
    stores.events.append({
      modelId: rollout.modelId,
      rolloutId: rollout.id,
      type,
      actor: repeat.actor,
      data: { version: rollout.version, step: rollout.stepIndex, because: repeat.reason, ...more },
    });
  if (overrides) await record('rollout.freeze_overridden', {});
  if (pastEnvironment) await record('rollout.environment_overridden', {});
  if (start !== null)
    await record('rollout.rescheduled', {
      from: rollout.startAt && formatInstant(rollout.startAt),
      startAt: formatInstant(start),
    });
  await stores.agenda.wake(rollout.id);
  return (await stores.rollouts.find(rollout.id)) ?? rollout;
}

/**
 * Is it the policy by which the rollout runs, or the one that was asked for when it was created? What the model has asked for since does not matter then.
 * @throws DomainError `rollout_has_another_policy`
 */
export async function assertSamePolicy(
  stores: Stores,
  rollout: RolloutRecord,
  policies: Repeat['policies'],
): Promise<void> {
  if (policies === null) return;
  const own = policyHash(policies.own);
  if (own === rollout.policyHash) return;
  const created = (await stores.events.ofRollout(rollout.id)).find(({ type }) => type === 'rollout.created');
  if (own === created?.data['askedPolicyHash']) return;
  if (policyHash(policies.settled()) === rollout.policyHash) return;
  throw new DomainError(
    'conflict',
    'rollout_has_another_policy',
    `The rollout of version ${rollout.version} of "${rollout.model}" runs by another policy, which it keeps. Leave the policy out, or abort the rollout (${rollout.id}) and start it anew.`,
    [{ pointer: '/policy', detail: 'not the policy of the rollout that runs' }],
  );
}

const movesAlone = ({ model, version, groupId }: RolloutRecord): DomainError =>
  new DomainError(
    'conflict',
    'in_group',
    `Version ${version} of "${model}" is in the release group ${groupId ?? ''}, which starts as a whole. Move all of it: POST /api/v1/release-groups with the same members and the new startAt. Or leave startAt out.`,
    [{ pointer: '/startAt', detail: 'a release group has one start' }],
  );

/** To which instant the start moves; `null`: it is so already. */
function movedStart(rollout: RolloutRecord, startAt: Instant | null, now: Instant): Instant | null {
  // Its turn has come already, or comes without a date.
  if (startAt === null) return startsLater(rollout, now) ? now : null;
  if (rollout.startAt === startAt) return null;
  if (rollout.queued) return startAt;
  throw new DomainError(
    'conflict',
    'rollout_has_started',
    `The rollout of version ${rollout.version} of "${rollout.model}" has started, so its start cannot move. Leave startAt out, or abort the rollout (${rollout.id}) and release the version anew.`,
    [{ pointer: '/startAt', detail: 'the rollout has started' }],
  );
}

import { DomainError, type Instant } from '#libs/kernel';
import { hurried, sendsCallers, trafficStepAt, type Action, type Policy } from '#libs/rollout';
import { acceptedFaults } from '../evaluation/look.ts';
import { approvalOf, assertAsSeen, type Seen } from './approvals.ts';
import { applyDecision } from '../evaluation/apply-decision.ts';
import type { Authority } from '../access/authority.ts';
import { endRollout } from './end-rollout.ts';
import { lockModel, requireRollout, requireVersion } from '../registry/lookup.ts';
import { assertPossible, notRunning, retryOf } from './possible-actions.ts';
import type { RolloutPatch, Stores } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { isSoAlready, repeatOf, retryReason } from './repeated-action.ts';
import { Probes } from '../readiness/probes.ts';
import { assertReady } from '../readiness/assert-ready.ts';
import { freezeOverridden } from '../release/release-authority.ts';
import { assertUsed } from './used-fields.ts';
import { assertRolloutSeen, type SeenRevisions } from './seen-revision.ts';
import { startRollout } from './start-rollout.ts';
import { policyOf } from '../settings/policy-of.ts';

/** A person's word. */
export interface ActionRequest {
  readonly action: Action;
  readonly reason: string;
  readonly actor: string;
  /** What the actor's word is good for. */
  readonly authority: Authority;
  /** `skip` and `promote`: go on although a freeze window is open. `retry`: a hot fix. */
  readonly overrideFreeze?: boolean;
  /** `retry`: not before this instant; left out: when the one before was to start, if that is ahead. */
  readonly startAt?: Instant | null | undefined;
  /** The step that the person saw; another one by now: nothing is done. */
  readonly step?: number | undefined;
  /** The revision of the rollout that the person saw (`If-Match`); another one by now: nothing is done. */
  readonly revision?: SeenRevisions | undefined;
  /** The sender has looked by itself, a moment ago: a repeat of `skip` or `approve` within ten seconds does nothing all the same. */
  readonly unlessRepeated?: boolean | undefined;
  /** All of its release group is moved, in the same transaction: whether each can be was asserted before. */
  readonly withGroup?: true;
  /** For `approve` and `reject`: the artifact and the plan that the person saw. */
  readonly seen?: Seen | undefined;
  /** What the servers that this sends callers to said a moment ago (`probesOfAction`). */
  readonly probes?: Probes;
}

interface Acting extends ActionRequest {
  readonly stores: Stores;
  readonly model: ModelRecord;
  readonly rollout: RolloutRecord;
  readonly policy: Policy;
}

/** What came of an action. */
export interface Acted {
  /** As it is afterwards; for `retry`: the new one. */
  readonly rollout: RolloutRecord;
  /** Why nothing was done, where it was so already; else `null`. */
  readonly outcome: string | null;
}

/** As `carryOutAction`, where it does not matter whether there was anything to do. */
export const actOnRollout = async (
  stores: Stores,
  rolloutId: string,
  request: ActionRequest,
): Promise<RolloutRecord> => (await carryOutAction(stores, rolloutId, request)).rollout;

/**
 * Carries out a person's action on a rollout, in the caller's transaction. Asking again for what is
 * so already, or was done and has led on, changes nothing; nor does a repeat of `skip` or `approve` by whoever does not say
 * which step they saw (`repeated-command.ts`).
 * @throws DomainError `action_illegal` (with the legal ones) when it makes no sense now; `step_moved` and
 *   `changed_meanwhile` when the rollout is not where the person saw it
 */
export async function carryOutAction(
  stores: Stores,
  rolloutId: string,
  request: ActionRequest,
): Promise<Acted> {
  const { model: name } = await requireRollout(stores, rolloutId);
  const model = await lockModel(stores, name);
  const rollout = await requireRollout(stores, rolloutId);
  const policy = policyOf(rollout);
  assertUsed(request);
  if (await isSoAlready(stores, rollout, request)) return { rollout, outcome: `it is so already` };
  assertRolloutSeen(rollout, request.revision);
  const repeated = await repeatOf(stores, rollout, request);
  if (repeated !== null) return repeated;
  if (!request.withGroup) await assertPossible(stores, model, rollout, request);
  assertAt(rollout, request);
  const acting: Acting = { ...request, stores, model, rollout, policy };
  if (request.action === 'retry') return { rollout: await retry(acting), outcome: null };
  await act(acting);
  return { rollout: await requireRollout(stores, rolloutId), outcome: null };
}

/** @throws DomainError `step_moved` */
function assertAt(rollout: RolloutRecord, { step }: ActionRequest): void {
  if (step === undefined || step === rollout.stepIndex) return;
  throw new DomainError(
    'conflict',
    'step_moved',
    `The rollout is at step ${rollout.stepIndex} by now, not at ${step}. Look again, and repeat without "step" or with the present one.`,
  );
}

async function act(acting: Acting): Promise<void> {
  const { action, reason, actor, stores, model, rollout, probes = Probes.NONE } = acting;
  const end = (because: string): Promise<ModelRecord> =>
    endRollout(stores, model, rollout, {
      ...{ state: 'aborted', because, actor, probes },
      command: action,
    });
  switch (action) {
    case 'pause':
      return move(acting, { state: 'paused' }, 'rollout.paused');
    case 'resume':
      return resume(acting);
    case 'approve':
      return approve(acting);
    case 'reject':
      if (acting.seen)
        assertAsSeen(rollout, await requireVersion(stores, model, rollout.version), acting.seen);
      await end(`rejected by ${actor}: ${reason}`);
      return;
    case 'abort':
      await end(`aborted by ${actor}: ${reason}`);
      return;
    case 'skip':
    case 'promote':
      return fastForward(acting, action);
    case 'retry':
      throw new Error('a retry makes a new rollout');
  }
}

async function move(
  { stores, rollout, action, actor, reason, withGroup }: Acting,
  patch: RolloutPatch,
  type: string,
  more: Record<string, unknown> = {},
): Promise<void> {
  await stores.rollouts.transition(rollout.id, rollout.revision, patch);
  await stores.events.append({
    modelId: rollout.modelId,
    rolloutId: rollout.id,
    type,
    actor,
    data: {
      ...{ version: rollout.version, step: rollout.stepIndex, because: reason },
      ...{ command: action, commandAt: rollout.stepIndex, ...(withGroup && { withGroup }) },
      ...more,
    },
  });
  await stores.agenda.wake(rollout.id);
}

/** The clock of the step starts anew, and so does its `maxDuration`. */
async function resume(acting: Acting): Promise<void> {
  const { stores, rollout, policy } = acting;
  const step = policy.steps[rollout.stepIndex];
  const waits = trafficStepAt(policy, rollout.stepIndex) === rollout.stepIndex;
  const stepStartedAt = waits ? null : await stores.now();
  const state = step?.kind === 'approval' ? 'awaiting_approval' : 'running';
  // What sources said, or did not say, before the pause is not held against the time after it.
  const traffic = trafficStepAt(policy, rollout.stepIndex);
  if (traffic !== null) await stores.sources.askAnew(rollout.id, traffic);
  // Whoever goes on has seen what it was paused for: the same does not stop them again in this step.
  const faults = rollout.faults.map((one) =>
    one.step === rollout.stepIndex ? { ...one, accepted: true } : one,
  );
  const inSpiteOf = acceptedFaults({ faults, stepIndex: rollout.stepIndex });
  await move(acting, { state, stepStartedAt, clockStoppedAt: null, faults }, 'rollout.resumed', {
    ...(inSpiteOf.length > 0 && { inSpiteOf }),
  });
}

async function approve(acting: Acting): Promise<void> {
  const { stores, model, rollout, policy, actor, reason, seen = {} } = acting;
  const approval = await approvalOf(stores, model, rollout, policy, { actor, reason, seen });
  await move(acting, { approvals: [...rollout.approvals, approval] }, 'rollout.approved', {
    digest: approval.digest,
    policyHash: approval.policyHash,
  });
}

/** Ends this step (`skip`) or all that are left (`promote`), without waiting for its minima. */
async function fastForward(acting: Acting, action: 'skip' | 'promote'): Promise<void> {
  const { stores, model, rollout, policy, actor, reason } = acting;
  const { overrideFreeze = false, probes = Probes.NONE } = acting;
  const frozen = freezeOverridden(policy, rollout, await stores.now(), { action, overrideFreeze });
  const because = `${actor} asks to ${action}${frozen === null ? '' : `, ${frozen}`}: ${reason}`;
  const decision = hurried({ ...rollout, policy }, action, because);
  const command = { command: action, commandAt: rollout.stepIndex };
  if (sendsCallers(decision, policy)) await assertReady(stores, model, rollout.version, probes);
  if (await applyDecision(stores, model, { rollout, policy, decision, look: null, actor, probes, command }))
    return;
  throw notRunning(rollout);
}

/** By the same policy, where it is not looser than the model's by now; a hot fix stays one, and a date that is ahead holds. */
async function retry(acting: Acting): Promise<RolloutRecord> {
  const { stores, model, rollout, actor, authority, reason, overrideFreeze = false, startAt } = acting;
  const again = retryOf(rollout, await stores.now(), {
    authority,
    actor,
    reason: retryReason(rollout.id, reason),
  });
  return startRollout(stores, model.name, {
    ...again,
    overrideFreeze: overrideFreeze || rollout.overridesFreeze,
    ...(startAt === undefined ? {} : { startAt }),
  });
}

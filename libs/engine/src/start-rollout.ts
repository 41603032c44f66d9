import { policyHash } from './policy-hash.ts';
import { randomUUID } from 'node:crypto';
import { DomainError } from '#libs/kernel';
import { type Looser, parsePolicy } from '#libs/rollout';
import type { Authority } from './authority.ts';
import { endRollout } from './end-rollout.ts';
import { relationsOf } from './look.ts';
import { lockModel, requireVersion } from './lookup.ts';
import type { Stores } from './ports.ts';
import { assertPriced } from './prices.ts';
import { assertPolicyReads, type Reach } from './reach.ts';
import type { ModelRecord, RolloutRecord } from './records.ts';
import {
  assertMayOverrideFreeze,
  assertOutputSpec,
  looserOutput,
  releaseTerms,
} from './release-authority.ts';
import { policyOf } from './policy-of.ts';

export interface StartRollout {
  readonly version: number;
  /** A policy document; the model's, or the default one, when left out. */
  readonly policy?: unknown;
  readonly reason?: string;
  readonly intent?: RolloutRecord['intent'];
  /** A hot fix: freeze windows do not hold it. Needs a reason. */
  readonly overrideFreeze?: boolean;
  /** What whoever starts it may reach; left out: everything. */
  readonly reach?: Reach;
  readonly actor: string;
  /** What the actor's word is good for: whoever only submits makes nothing looser. */
  readonly authority: Authority;
}

/** A rollout as it is written: who may ask for it has been decided. */
export type NewRollout = Omit<StartRollout, 'authority'> & {
  /** What of it is looser than what the model asks for, for the record. */
  readonly loosened?: readonly Looser[];
};

/**
 * Starts a rollout of a version, in the caller's transaction. What becomes of it while another
 * rollout of the model runs is for that one's policy to say: it takes its place (the older candidate
 * leaves the traffic first), it queues behind it, or it is refused. The place of one that bakes is taken
 * by the worker, once the last proven primary is known to answer (`takeOverBake`); until then it queues.
 * @throws DomainError when the version is unknown or serves already, the policy has mistakes or is looser
 *   than the model's, or the rollout that runs refuses it
 */
export async function startRollout(
  stores: Stores,
  modelName: string,
  request: StartRollout,
): Promise<RolloutRecord> {
  const model = await lockModel(stores, modelName);
  const version = await requireVersion(stores, model, request.version);
  if (model.primary === request.version) {
    throw new DomainError(
      'conflict',
      'version_is_primary',
      `Version ${request.version} of "${model.name}" is the primary already.`,
    );
  }
  if (request.overrideFreeze && !request.reason?.trim()) {
    throw new DomainError('invalid', 'reason_missing', 'A hot fix overrides freeze windows; say why.', [
      { pointer: '/reason', detail: 'missing; needed with overrideFreeze' },
    ]);
  }
  if (request.overrideFreeze) assertMayOverrideFreeze(request.authority);
  const own = request.policy ?? null;
  if (own !== null && request.reach) assertPolicyReads(own, model.policy, request.reach);
  const terms = releaseTerms(own, model, request.authority);
  // A first version has nothing to be compared with.
  if (model.primary !== null)
    assertPriced(parsePolicy(terms.policy), model, [request.version, model.primary]);
  const primary = model.primary === null ? null : await stores.versions.find(model.id, model.primary);
  const output = primary ? looserOutput(version.outputSpec, primary.outputSpec) : [];
  assertOutputSpec(output, request.authority);
  const { authority: _, ...asked } = request;
  const rollout: NewRollout = { ...asked, policy: terms.policy, loosened: [...terms.loosened, ...output] };
  const live = await stores.rollouts.findLive(model.id);
  if (live?.version === request.version) return askedAgain(stores, live, rollout, own);
  if (live === null) return insertRollout(stores, model, rollout);
  switch (policyOf(live).onNewVersion) {
    case 'refuse':
      throw new DomainError(
        'conflict',
        'rollout_running',
        `The rollout of version ${live.version} of "${model.name}" runs, and its policy refuses newer versions meanwhile. Wait until it has ended, or abort it.`,
      );
    case 'queue': {
      const queued = await stores.rollouts.findQueued(model.id, request.version);
      return queued ? askedAgain(stores, queued, rollout, own) : insertRollout(stores, model, rollout, true);
    }
    case 'supersede': {
      if (live.state === 'baking') {
        const queued = await stores.rollouts.findQueued(model.id, request.version);
        if (queued) return askedAgain(stores, queued, rollout, own);
        await supersedeQueued(stores, model, rollout);
        return insertRollout(stores, model, rollout, true);
      }
      const after = await endRollout(stores, model, live, {
        state: 'superseded',
        because: `version ${request.version} was released`,
        actor: request.actor,
      });
      return insertRollout(stores, after, rollout);
    }
  }
}

/** The newest version takes the place of those that wait to take the place of the same bake, by their own policy. */
async function supersedeQueued(stores: Stores, model: ModelRecord, request: NewRollout): Promise<void> {
  for (;;) {
    const next = await stores.rollouts.nextQueued(model.id);
    if (next === null || policyOf(next).onNewVersion !== 'supersede') return;
    const because = `version ${request.version} was released`;
    await endRollout(stores, model, next, { state: 'superseded', because, actor: request.actor });
  }
}

/**
 * The same version is asked for again while its rollout lives: that one is the answer. A freeze that is
 * overridden now is overridden.
 * @param own the policy that came with the request; `null`: none
 * @throws DomainError `rollout_has_another_policy` rather than leave a policy that was asked for unsaid
 */
async function askedAgain(
  stores: Stores,
  live: RolloutRecord,
  request: NewRollout,
  own: unknown,
): Promise<RolloutRecord> {
  const hashes = [own, request.policy].map(policyHash);
  if (own !== null && !hashes.includes(live.policyHash))
    throw new DomainError(
      'conflict',
      'rollout_has_another_policy',
      `The rollout of version ${live.version} of "${live.model}" runs by another policy, which it keeps. Leave the policy out, or abort the rollout (${live.id}) and start it anew.`,
      [{ pointer: '/policy', detail: 'not the policy of the rollout that runs' }],
    );
  if (!request.overrideFreeze || live.overridesFreeze) return live;
  await stores.rollouts.transition(live.id, live.revision, { overridesFreeze: true });
  await stores.events.append({
    modelId: live.modelId,
    rolloutId: live.id,
    type: 'rollout.freeze_overridden',
    actor: request.actor,
    data: { version: live.version, step: live.stepIndex, because: request.reason ?? '' },
  });
  await stores.agenda.wake(live.id);
  return (await stores.rollouts.find(live.id)) ?? live;
}

/** Writes a pending rollout with its event, and wakes the worker for it. */
export async function insertRollout(
  stores: Stores,
  model: ModelRecord,
  request: NewRollout,
  queued = false,
): Promise<RolloutRecord> {
  const version = await requireVersion(stores, model, request.version);
  const id = randomUUID();
  const policy = request.policy;
  await stores.rollouts.insert({
    id,
    modelId: model.id,
    version: request.version,
    intent: request.intent ?? 'release',
    from: model.primary,
    state: 'pending',
    stepIndex: 0,
    stepStartedAt: null,
    clockStoppedAt: null,
    checks: null,
    approvals: [],
    faults: [],
    overridesFreeze: request.overrideFreeze ?? false,
    queued,
    revision: 1,
    policy,
    policyHash: policyHash(policy),
    verdicts: [],
    decision: null,
    reason: request.reason ?? '',
    createdBy: request.actor,
  });
  await stores.events.append({
    modelId: model.id,
    rolloutId: id,
    type: 'rollout.created',
    actor: request.actor,
    data: {
      version: request.version,
      intent: request.intent ?? 'release',
      from: model.primary,
      policyHash: policyHash(policy),
      policy,
      reason: request.reason ?? '',
      overridesFreeze: request.overrideFreeze ?? false,
      loosened: request.loosened ?? [],
      queued,
      ...(await relationsOf(stores, model, version)),
    },
  });
  await stores.agenda.wake(id);
  const inserted = await stores.rollouts.find(id);
  if (!inserted) throw new Error(`rollout ${id} vanished`);
  return inserted;
}

import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson, DomainError } from '#libs/kernel';
import { DEFAULT_POLICY_DOCUMENT, parsePolicy } from '#libs/rollout';
import { endRollout } from './end-rollout.ts';
import { lockModel, requireVersion } from './lookup.ts';
import type { Stores } from './ports.ts';
import type { ModelRecord, RolloutRecord } from './records.ts';

export interface StartRollout {
  readonly version: number;
  /** A policy document; the model's, or the default one, when left out. */
  readonly policy?: unknown;
  readonly reason?: string;
  readonly intent?: RolloutRecord['intent'];
  readonly actor: string;
}

/**
 * Starts a rollout of a version, in the caller's transaction. A rollout of the same model that still
 * runs is superseded: its candidate leaves the traffic first.
 * @throws DomainError when the version is unknown or serves already, or the policy has mistakes
 */
export async function startRollout(
  stores: Stores,
  modelName: string,
  request: StartRollout,
): Promise<RolloutRecord> {
  const model = await lockModel(stores, modelName);
  await requireVersion(stores, model, request.version);
  if (model.primary === request.version) {
    throw new DomainError(
      'conflict',
      'version_is_primary',
      `Version ${request.version} of "${model.name}" is the primary already.`,
    );
  }
  const policy = request.policy ?? model.policy ?? DEFAULT_POLICY_DOCUMENT;
  parsePolicy(policy);
  const live = await stores.rollouts.findLive(model.id);
  if (live?.version === request.version) return live; // asked twice: the same rollout
  const after = live
    ? await endRollout(stores, model, live, {
        state: 'superseded',
        because: `version ${request.version} was released`,
        actor: request.actor,
        restorePrimary: false,
      })
    : model;
  return insertRollout(stores, after, { ...request, policy });
}

/** Writes a pending rollout with its event, and wakes the worker for it. */
export async function insertRollout(
  stores: Stores,
  model: ModelRecord,
  request: StartRollout,
): Promise<RolloutRecord> {
  const id = randomUUID();
  const policy = request.policy;
  const policyHash = `sha256:${createHash('sha256').update(canonicalJson(policy)).digest('hex')}`;
  await stores.rollouts.insert({
    id,
    modelId: model.id,
    version: request.version,
    intent: request.intent ?? 'release',
    from: model.primary,
    state: 'pending',
    stepIndex: 0,
    stepStartedAt: null,
    revision: 1,
    policy,
    policyHash,
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
      policyHash,
      policy,
      reason: request.reason ?? '',
    },
  });
  await stores.outbox.wakeRollout(id);
  const inserted = await stores.rollouts.find(id);
  if (!inserted) throw new Error(`rollout ${id} vanished`);
  return inserted;
}

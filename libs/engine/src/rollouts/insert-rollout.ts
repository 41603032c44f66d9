import { randomUUID } from 'node:crypto';
import { formatInstant, type Instant } from '#libs/kernel';
import type { Looser } from '#libs/rollout';
import { relationsOf } from '../evaluation/look.ts';
import { requireVersion } from '../registry/lookup.ts';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { policyHash } from '../settings/policy-hash.ts';
import { servedByTemplate } from '../registry/set-serving.ts';
import type { AskedRelease } from './releasable.ts';
import { whyQueued } from '../queue/start-at.ts';

export interface StartRollout extends AskedRelease {
  readonly intent?: RolloutRecord['intent'];
  /** Not before this instant, 90 days ahead at most; `null`, and the past: now. Left out of a repeat: as it is. */
  readonly startAt?: Instant | null | undefined;
  /** Its release group starts as a whole, and another member must wait (`mustQueue`): this one queues too. */
  readonly queuesTogether?: boolean;
  /** What counts as now for all of its release group; left out: the database's clock. */
  readonly now?: Instant;
  readonly actor: string;
}

/** A rollout as it is written: who may ask for it has been decided. */
export type NewRollout = Omit<StartRollout, 'authority'> & {
  /** What of it is looser than what the model asks for, for the record. */
  readonly loosened?: readonly Looser[];
  /** The policy as it came with the request, by which a repeat of it is known; `null`: none came. */
  readonly askedPolicy?: unknown;
};

/** Writes a pending rollout with its event, and wakes the worker for it. */
export async function insertRollout(
  stores: Stores,
  model: ModelRecord,
  request: NewRollout,
  queued = false,
): Promise<RolloutRecord> {
  const found = await requireVersion(stores, model, request.version);
  const version = await servedByTemplate(stores, model, found, request.actor);
  const id = randomUUID();
  const { policy, startAt = null } = request;
  const now = await stores.now();
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
    startPhase: null,
    valueBounds: null,
    // As far as is known; it is said again when it first sends traffic.
    attempt: 1 + (await stores.rollouts.triesOf(model.id, request.version)),
    overridesFreeze: request.overrideFreeze ?? false,
    overridesEnvironment: request.overrideEnvironment ?? false,
    queued,
    startAt,
    groupId: request.groupId ?? null,
    revision: 1,
    policy,
    policyHash: policyHash(policy),
    verdicts: [],
    decision:
      startAt !== null ? { kind: 'hold', because: whyQueued({ startAt }, now), at: now, revision: 1 } : null,
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
      overridesEnvironment: request.overrideEnvironment ?? false,
      loosened: request.loosened ?? [],
      ...((request.askedPolicy ?? null) !== null && { askedPolicyHash: policyHash(request.askedPolicy) }),
      queued,
      startAt: startAt && formatInstant(startAt),
      ...(request.groupId === undefined ? {} : { group: request.groupId }),
      ...(await relationsOf(stores, model, version)),
    },
  });
  await stores.agenda.wake(id);
  const inserted = await stores.rollouts.find(id);
  if (!inserted) throw new Error(`rollout ${id} vanished`);
  return inserted;
}

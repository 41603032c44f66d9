import type { GateVerdict, Look, RolloutState } from '#libs/rollout';
import { lastKnownTarget, publishRoute } from './publish-route.ts';
import type { Stores } from './ports.ts';
import type { ModelRecord, RolloutRecord } from './records.ts';

/**
 * Ends a live rollout that has not earned promotion: the candidate leaves the traffic, and a
 * rollout that was already baking gives the primary back when `restorePrimary` says so.
 * The caller holds the model's lock, so the revision cannot have moved.
 * @returns the model as it is afterwards
 */
export async function endRollout(
  stores: Stores,
  model: ModelRecord,
  rollout: RolloutRecord,
  end: {
    readonly state: Extract<RolloutState, 'rolled_back' | 'aborted' | 'superseded'>;
    readonly because: string;
    readonly actor: string;
    /** During bake: give the primary back to the version before. */
    readonly restorePrimary: boolean;
    readonly verdicts?: readonly GateVerdict[];
    /** What the engine's decision rests on; left out for a person's word. */
    readonly look?: Look | null;
  },
): Promise<ModelRecord> {
  const now = await stores.now();
  let after = model;
  const restore = end.restorePrimary && rollout.state === 'baking' && rollout.from !== null;
  if (restore && rollout.from !== null) after = await movePrimaryBack(stores, model, rollout.from);

  const route = await stores.routes.find(model.id);
  if (route && (restore || route.candidate !== null || route.rolloutId !== null)) {
    // During bake the old primary is kept deployed, so its address is known even while it restarts.
    const old = restore && rollout.from !== null ? await lastKnownTarget(stores, model, rollout.from) : null;
    const primary = old ?? route.primary;
    await publishRoute(stores, after, { primary, candidate: null, rolloutId: null, stepIndex: null });
  }
  const decision = { kind: 'rollback' as const, because: end.because, at: now };
  await stores.rollouts.transition(rollout.id, rollout.revision, {
    state: end.state,
    endedAt: now,
    decision,
  });
  await stores.events.append({
    modelId: model.id,
    rolloutId: rollout.id,
    type: `rollout.${end.state}`,
    actor: end.actor,
    data: {
      version: rollout.version,
      from: rollout.from,
      because: end.because,
      primary: after.primary,
      decision: 'rollback',
      verdicts: end.verdicts ?? [],
      look: end.look ?? null,
    },
  });
  await awakenNext(stores, after);
  return after;
}

/** A rollout has ended: the next one that was queued behind it may go on. */
export async function awakenNext(stores: Stores, model: ModelRecord): Promise<void> {
  const next = await stores.rollouts.nextQueued(model.id);
  if (next) await stores.agenda.wake(next.id);
}

/** Takes versions off the history until `version` is its end, and makes it primary. */
export async function movePrimaryBack(
  stores: Stores,
  model: ModelRecord,
  version: number,
): Promise<ModelRecord> {
  const at = model.primaryHistory.lastIndexOf(version);
  const primaryHistory =
    at === -1
      ? [...model.primaryHistory.filter((v) => v !== model.primary), version]
      : model.primaryHistory.slice(0, at + 1);
  await stores.models.update(model.id, { primary: version, primaryHistory });
  await stores.models.beginTerm(model.id, version, false);
  return { ...model, primary: version, primaryHistory };
}

/** Puts a version at the end of the history and makes it primary. */
export async function movePrimaryForward(
  stores: Stores,
  model: ModelRecord,
  version: number,
): Promise<ModelRecord> {
  const primaryHistory = [...model.primaryHistory.filter((v) => v !== version), version];
  await stores.models.update(model.id, { primary: version, primaryHistory });
  await stores.models.beginTerm(model.id, version, true);
  return { ...model, primary: version, primaryHistory };
}

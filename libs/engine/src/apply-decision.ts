import { assertNever } from '#libs/kernel';
import type { Decision, Policy } from '#libs/rollout';
import { endRollout, movePrimaryBack, movePrimaryForward } from './end-rollout.ts';
import { publishRoute, routeTarget } from './publish-route.ts';
import type { RolloutPatch, Stores } from './ports.ts';
import type { ModelRecord, RolloutRecord } from './records.ts';

/** Who moved a rollout when no person did. */
export const ENGINE = 'engine';

/**
 * Writes a decision: state, route, event and wake-up in the caller's transaction, which holds the
 * model's lock. Nothing is written when the rollout's revision is no longer the one decided on.
 * @returns whether the decision was applied
 */
export async function applyDecision(
  stores: Stores,
  model: ModelRecord,
  rollout: RolloutRecord,
  policy: Policy,
  decision: Decision,
  actor = ENGINE,
): Promise<boolean> {
  const now = await stores.now();
  const noted: RolloutPatch = {
    verdicts: decision.verdicts,
    decision: { kind: decision.kind, because: decision.because, at: now },
  };
  switch (decision.kind) {
    case 'hold':
      return stores.rollouts.note(rollout.id, rollout.revision, noted);
    case 'pause':
      if (!(await stores.rollouts.transition(rollout.id, rollout.revision, { ...noted, state: 'paused' })))
        return false;
      await record(stores, rollout, 'rollout.paused', actor, decision);
      return true;
    case 'rollback':
      if (!(await stores.rollouts.note(rollout.id, rollout.revision, noted))) return false;
      await endRollout(stores, model, rollout, {
        state: 'rolled_back',
        because: decision.because,
        actor,
        restorePrimary: true,
        verdicts: decision.verdicts,
      });
      return true;
    case 'promote':
      return promote(stores, model, rollout, policy, decision, noted, actor, now);
    case 'advance':
      return advance(stores, model, rollout, policy, decision, noted, actor, now);
    default:
      return assertNever(decision);
  }
}

async function advance(
  stores: Stores,
  model: ModelRecord,
  rollout: RolloutRecord,
  policy: Policy,
  decision: Decision & { kind: 'advance' },
  noted: RolloutPatch,
  actor: string,
  now: number,
): Promise<boolean> {
  const step = policy.steps[decision.toStep];
  const route = await stores.routes.find(model.id);
  if (!step) {
    if (
      !(await stores.rollouts.transition(rollout.id, rollout.revision, {
        ...noted,
        state: 'succeeded',
        endedAt: now,
      }))
    )
      return false;
    if (route)
      await publishRoute(stores, model, {
        primary: route.primary,
        candidate: null,
        rolloutId: null,
        stepIndex: null,
      });
    await record(stores, rollout, 'rollout.succeeded', actor, decision);
    return true;
  }
  const target = await routeTarget(stores, model, rollout.version);
  if (step.kind === 'bake' || !target || !route) {
    // Only a version that stopped running between the decision and now: the next look decides anew.
    return false;
  }
  const moved = { ...noted, state: 'running' as const, stepIndex: decision.toStep, stepStartedAt: null };
  if (!(await stores.rollouts.transition(rollout.id, rollout.revision, moved))) return false;
  const weight = step.kind === 'shadow' ? step.sample : step.weight;
  const candidate = { ...target, mode: step.kind, weight };
  await publishRoute(stores, model, {
    primary: route.primary,
    candidate,
    rolloutId: rollout.id,
    stepIndex: decision.toStep,
  });
  await record(stores, rollout, 'rollout.advanced', actor, decision, {
    step: decision.toStep,
    mode: step.kind,
    weight,
  });
  await stores.outbox.wakeRollout(rollout.id);
  return true;
}

async function promote(
  stores: Stores,
  model: ModelRecord,
  rollout: RolloutRecord,
  policy: Policy,
  decision: Decision & { kind: 'promote' },
  noted: RolloutPatch,
  actor: string,
  now: number,
): Promise<boolean> {
  const target = await routeTarget(stores, model, rollout.version);
  if (!target) return false;
  const bakeAt = policy.steps.findIndex((step) => step.kind === 'bake');
  const bakes = bakeAt !== -1 && rollout.from !== null;
  const moved: RolloutPatch = bakes
    ? { ...noted, state: 'baking', stepIndex: bakeAt, stepStartedAt: null }
    : { ...noted, state: 'succeeded', endedAt: now };
  if (!(await stores.rollouts.transition(rollout.id, rollout.revision, moved))) return false;
  const after =
    rollout.intent === 'rollback'
      ? await movePrimaryBack(stores, model, rollout.version)
      : await movePrimaryForward(stores, model, rollout.version);
  await publishRoute(stores, after, {
    primary: target,
    candidate: null,
    rolloutId: bakes ? rollout.id : null,
    stepIndex: bakes ? bakeAt : null,
  });
  await record(stores, rollout, 'rollout.promoted', actor, decision, { from: model.primary });
  if (!bakes) await record(stores, rollout, 'rollout.succeeded', actor, decision);
  await stores.outbox.wakeRollout(rollout.id);
  return true;
}

/** One event of a rollout, with the verdicts that it rests on. */
async function record(
  stores: Stores,
  rollout: RolloutRecord,
  type: string,
  actor: string,
  decision: Decision,
  more: Record<string, unknown> = {},
): Promise<void> {
  const data = { version: rollout.version, because: decision.because, verdicts: decision.verdicts, ...more };
  await stores.events.append({ modelId: rollout.modelId, rolloutId: rollout.id, type, actor, data });
}

import { decide, isLive, parsePolicy, type Decision, type RolloutView } from '#libs/rollout';
import { applyDecision, ENGINE } from './apply-decision.ts';
import { lockModel } from './lookup.ts';
import type { Stores, UnitOfWork } from './ports.ts';
import type { DeploymentRecord, RolloutRecord } from './records.ts';

/**
 * One look at a rollout: load, decide, apply. Level-triggered: it may be called at any time, any
 * number of times, by any number of workers; compare-and-swap on the revision lets one of them win.
 * @returns what was decided, or `null` when there was nothing to decide or somebody else moved first
 */
export async function reconcileRollout(uow: UnitOfWork, rolloutId: string): Promise<Decision | null> {
  const seen = await uow.run(async (stores) => {
    const rollout = await stores.rollouts.find(rolloutId);
    if (!rollout || !isLive(rollout.state)) return null;
    return look(stores, rollout);
  });
  if (!seen) return null;
  const applied = await uow.run(async (stores) => {
    const model = await lockModel(stores, seen.rollout.model);
    return applyDecision(stores, model, seen.rollout, seen.view.policy, seen.decision);
  });
  return applied ? seen.decision : null;
}

/** Everything that a decision looks at, at one instant of the database's clock, and the decision. */
async function look(
  stores: Stores,
  found: RolloutRecord,
): Promise<{ rollout: RolloutRecord; view: RolloutView; decision: Decision } | null> {
  const rollout = await startClock(stores, found);
  if (!rollout) return null;
  const deployment = await stores.deployments.find(rollout.modelId, rollout.version);
  const view = viewOf(rollout, deployment);
  const evidence = await stores.evidence.ofRollout(rollout.id);
  return { rollout, view, decision: decide(view, evidence, await stores.now()) };
}

export function viewOf(rollout: RolloutRecord, deployment: DeploymentRecord | null): RolloutView {
  return {
    state: rollout.state,
    stepIndex: rollout.stepIndex,
    stepStartedAt: rollout.stepStartedAt,
    policy: parsePolicy(rollout.policy),
    hasPrimary: rollout.from !== null,
    deployment: {
      state: deployment === null || deployment.state === 'retired' ? 'starting' : deployment.state,
      message: deployment?.message ?? 'no deployer has taken it up yet',
    },
  };
}

/** A step's clock starts when every live gateway serves by its route, not when the route was written. */
async function startClock(stores: Stores, rollout: RolloutRecord): Promise<RolloutRecord | null> {
  if (rollout.stepStartedAt !== null || (rollout.state !== 'running' && rollout.state !== 'baking'))
    return rollout;
  const route = await stores.routes.find(rollout.modelId);
  if (!route || !(await stores.routes.isAcknowledged(rollout.modelId, route.revision))) return rollout;
  await lockModel(stores, rollout.model);
  const stepStartedAt = await stores.now();
  if (!(await stores.rollouts.note(rollout.id, rollout.revision, { stepStartedAt }))) return null;
  await stores.events.append({
    modelId: rollout.modelId,
    rolloutId: rollout.id,
    type: 'rollout.step_started',
    actor: ENGINE,
    data: { step: rollout.stepIndex, routeRevision: route.revision },
  });
  return { ...rollout, stepStartedAt };
}

import { DomainError } from '#libs/kernel';
import { AT_ONCE_POLICY_DOCUMENT } from '#libs/rollout';
import { applyDecision } from './apply-decision.ts';
import { endRollout } from './end-rollout.ts';
import { lockModel, requireRollout, requireVersion } from './lookup.ts';
import { routeTarget } from './publish-route.ts';
import type { Stores } from './ports.ts';
import type { ModelRecord, RolloutRecord } from './records.ts';
import { insertRollout, type StartRollout } from './start-rollout.ts';
import { policyOf } from './policy-of.ts';

export interface MovedPrimary {
  readonly primary: number | null;
  /** The rollout that was ended or made by this; `null` when nothing had to be done. */
  readonly rollout: RolloutRecord | null;
  /** One sentence for people: what was done, or what is still awaited. */
  readonly outcome: string;
}

/**
 * An admin makes a version primary at once, without steps and without the queue. A version that
 * does not run yet is deployed first. Any other live rollout leaves the traffic.
 */
export async function promoteVersion(
  stores: Stores,
  modelName: string,
  version: number,
  reason: string,
  actor: string,
): Promise<MovedPrimary> {
  const model = await lockModel(stores, modelName);
  await requireVersion(stores, model, version);
  const live = await stores.rollouts.findLive(model.id);
  if (model.primary === version && live?.version === version) {
    return {
      primary: version,
      rollout: live,
      outcome: `version ${version} is the primary already and bakes`,
    };
  }
  const because = `admin promotes version ${version}: ${reason}`;
  if (live?.version === version) {
    const decision = { kind: 'promote' as const, because, verdicts: [] };
    const policy = policyOf(live);
    if (await applyDecision(stores, model, { rollout: live, policy, decision, look: null, actor }))
      return moved(stores, live.id, version, `version ${version} is the primary now`);
  }
  const after = live
    ? await endRollout(stores, model, live, { state: 'superseded', because, actor, restorePrimary: false })
    : model;
  if (after.primary === version)
    return { primary: version, rollout: null, outcome: `version ${version} is the primary already` };
  return atOnce(stores, after, { version, intent: 'release', reason, actor });
}

/**
 * An admin goes back, at once. Without a version: a candidate in traffic is taken off; a promotion
 * that still bakes is undone; else the last primary before this one serves again. Rollback wins:
 * it holds the model's lock, and whatever was decided before it finds another revision.
 */
export async function rollBack(
  stores: Stores,
  modelName: string,
  version: number | null,
  reason: string,
  actor: string,
): Promise<MovedPrimary> {
  const model = await lockModel(stores, modelName);
  if (version !== null) await requireVersion(stores, model, version);
  const live = await stores.rollouts.findLive(model.id);
  const because = `admin rolls back: ${reason}`;
  let after = model;
  if (live) {
    after = await endRollout(stores, model, live, {
      state: 'rolled_back',
      because,
      actor,
      restorePrimary: true,
    });
    if (version === null || after.primary === version) {
      return moved(
        stores,
        live.id,
        after.primary,
        `version ${live.version} is off; ${after.primary === null ? 'nothing serves' : `version ${after.primary} serves`}`,
      );
    }
  }
  const target = version ?? after.primaryHistory.at(-2) ?? null;
  if (target === null) {
    throw new DomainError(
      'conflict',
      'no_earlier_primary',
      `"${model.name}" has no earlier primary to go back to. Name a version to promote instead.`,
    );
  }
  if (target === after.primary)
    return { primary: target, rollout: live, outcome: `version ${target} serves already` };
  return atOnce(stores, after, { version: target, intent: 'rollback', reason, actor });
}

/** Moves the primary now when the version runs; else leaves a rollout that moves it once it is deployed. */
async function atOnce(
  stores: Stores,
  model: ModelRecord,
  request: Required<Omit<StartRollout, 'policy' | 'overrideFreeze'>>,
): Promise<MovedPrimary> {
  const { version, reason, actor } = request;
  const rollout = await insertRollout(stores, model, { ...request, policy: AT_ONCE_POLICY_DOCUMENT });
  if (!(await routeTarget(stores, model, version))) {
    return {
      primary: model.primary,
      rollout,
      outcome: `version ${version} is being deployed and becomes primary as soon as it is ready`,
    };
  }
  const decision = { kind: 'promote' as const, because: reason, verdicts: [] };
  const policy = policyOf(rollout);
  await applyDecision(stores, model, { rollout, policy, decision, look: null, actor });
  return moved(stores, rollout.id, version, `version ${version} is the primary now`);
}

async function moved(
  stores: Stores,
  rolloutId: string,
  primary: number | null,
  outcome: string,
): Promise<MovedPrimary> {
  return { primary, rollout: await requireRollout(stores, rolloutId), outcome };
}

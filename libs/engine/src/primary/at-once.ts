import { DomainError } from '#libs/kernel';
import { AT_ONCE_POLICY_DOCUMENT } from '#libs/rollout';
import { applyDecision } from '../evaluation/apply-decision.ts';
import { unheardGateways } from '../evaluation/step-clock.ts';
import { requireRollout } from '../registry/lookup.ts';
import { policyOf } from '../settings/policy-of.ts';
import type { Stores } from '../ports/ports.ts';
import { routeTarget } from '../routing/publish-route.ts';
import type { Probes } from '../readiness/probes.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { comesWhenReady } from '../rollouts/by-hand.ts';
import { insertRollout, type StartRollout } from '../rollouts/insert-rollout.ts';

export interface MovedPrimary {
  readonly primary: number | null;
  /** The rollout that was ended or made by this; `null` when nothing had to be done. */
  readonly rollout: RolloutRecord | null;
  /** One sentence for people: what was done, or what is still awaited. */
  readonly outcome: string;
}

/** What an admin asks for, or the engine in their place. */
export type AtOnce = Required<Pick<StartRollout, 'version' | 'reason' | 'intent' | 'actor'>> &
  Pick<StartRollout, 'overrideEnvironment'>;

/**
 * Moves the primary now when the version runs; else leaves a rollout that moves it once it is deployed.
 * @throws DomainError `version_not_ready` when it runs, as far as anybody knows, and was not found ready
 */
export async function atOnce(
  stores: Stores,
  model: ModelRecord,
  request: AtOnce,
  probes: Probes,
): Promise<MovedPrimary> {
  const { version, reason, actor } = request;
  const rollout = await insertRollout(stores, model, { ...request, policy: AT_ONCE_POLICY_DOCUMENT });
  if (!(await routeTarget(stores, model, version))) {
    return {
      primary: model.primary,
      rollout,
      outcome: comesWhenReady(version),
    };
  }
  const decision = { kind: 'promote' as const, because: reason, verdicts: [] };
  const policy = policyOf(rollout);
  const command =
    request.intent === 'rollback'
      ? { command: { command: request.intent, commandAt: rollout.stepIndex } }
      : {};
  if (
    !(await applyDecision(stores, model, {
      ...{ rollout, policy, decision, look: null },
      ...{ actor, probes, ...command },
    }))
  )
    throw new DomainError(
      'conflict',
      'version_not_ready',
      `Version ${version} of "${model.name}" ${probes.why(version)}. Nothing was done. Start its model server or wait until it is ready, and ask again.`,
    );
  return moved(stores, rollout.id, version, `version ${version} is the primary now`);
}

/** What a move has come to. */
export async function moved(
  stores: Stores,
  rolloutId: string,
  primary: number | null,
  outcome: string,
): Promise<MovedPrimary> {
  const rollout = await requireRollout(stores, rolloutId);
  const route = await stores.routes.find(rollout.modelId);
  const unheard = route && (await unheardGateways(stores, rollout.modelId, route.revision));
  return { primary, rollout, outcome: unheard === null ? outcome : `${outcome}; ${unheard}` };
}

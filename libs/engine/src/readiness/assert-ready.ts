import { DomainError } from '#libs/kernel';
import { sendsCallers } from '#libs/rollout';
import type { Action, Decision, Policy } from '#libs/rollout';
import { probeTargets, type ToProbe } from '../routing/proven-primary.ts';
import { routeTarget } from '../routing/publish-route.ts';
import type { ServingProbe, Stores, UnitOfWork } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { Probes } from './probes.ts';

/**
 * A version that runs, as far as anybody knows, was found ready a moment ago. One that is not deployed is none of
 * this: it is deployed before callers go there.
 * @throws DomainError `version_not_ready`
 */
export async function assertReady(
  stores: Stores,
  model: ModelRecord,
  version: number,
  probes: Probes,
): Promise<void> {
  const target = await routeTarget(stores, model, version);
  if (target === null || probes.isReady(target)) return;
  throw new DomainError(
    'conflict',
    'version_not_ready',
    `Version ${version} of "${model.name}" ${probes.why(version)}. No caller is sent there. Start its model server or wait until it is ready, and ask again.`,
  );
}

/** Whom a decision sends callers to: asked before it is carried out. */
export function targetsOf(
  rollout: Pick<RolloutRecord, 'version' | 'from' | 'state'>,
  decision: Pick<Decision, 'kind'> & { readonly toStep?: number },
  policy: Policy,
): ToProbe | null {
  if (decision.kind === 'rollback') return rollout.state === 'baking' ? { back: 'from_bake' } : null;
  if (!sendsCallers(decision, policy)) return null;
  const holdsBack = policy.steps.some((step) => step.kind === 'bake' && step.holdBack > 0);
  const old = decision.kind === 'promote' && holdsBack && rollout.from !== null ? [rollout.from] : [];
  return { versions: [rollout.version, ...old] };
}

/** Whom a person's action may send callers to. */
export async function probesOfAction(
  ports: { readonly uow: UnitOfWork; readonly serving: ServingProbe },
  rollout: RolloutRecord,
  action: Action,
): Promise<Probes> {
  if (action === 'abort') return probeTargets(ports, rollout.model, { back: 'from_bake' });
  if (action !== 'skip' && action !== 'promote') return Probes.NONE;
  const versions = rollout.from === null ? [rollout.version] : [rollout.version, rollout.from];
  return probeTargets(ports, rollout.model, { versions });
}

import { firstPhase, isRing, trafficStepAt, type Policy, type Step } from '#libs/rollout';
import { awakenNext } from '../rollouts/end-rollout.ts';
import { byHand } from '../rollouts/by-hand.ts';
import { onTrial, Probes, type Sendable, staying } from '../readiness/probes.ts';
import { ringsOf } from '../routing/rings-of.ts';
import { publishRoute, readingFor, routeTarget, saltOf } from '../routing/publish-route.ts';
import { isCold } from './start-phase.ts';
import type { RolloutPatch, Stores } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { type Applying, record, type Verdict } from './verdict.ts';

/** Where the version on trial answers, if it was found ready there a moment ago; of one that is gone back to, half of its replicas. */
export async function readyTarget(
  stores: Stores,
  model: ModelRecord,
  { rollout, probes = Probes.NONE }: Verdict,
): Promise<Sendable | null> {
  const target = await routeTarget(stores, model, rollout.version);
  return target && (rollout.intent === 'rollback' ? probes.wayBack(target) : probes.target(target));
}

/** Takes a rollout into a step; past the last one, it has succeeded. */
export async function advance(applying: Applying, toStep: number): Promise<boolean> {
  const { stores, model, verdict, to, now } = applying;
  const { rollout, policy } = verdict;
  const step = policy.steps[toStep];
  if (!step) return succeed(applying);
  const entered: RolloutPatch = {
    ...{ stepIndex: toStep, clockStoppedAt: null, checks: rollout.checks },
  };
  switch (step.kind) {
    case 'checks':
      if (!(await to({ ...entered, state: 'running', stepStartedAt: now, checks: null }))) return false;
      break;
    case 'approval':
      if (!(await to({ ...entered, ...byHand(verdict), state: 'awaiting_approval', stepStartedAt: now })))
        return false;
      break;
    case 'bake':
      throw new Error('bake is entered by promotion only');
    case 'shadow':
    case 'canary': {
      const route = await stores.routes.find(model.id);
      const target = await readyTarget(stores, model, verdict);
      // Not ready, or it stopped running between the decision and now: the next look decides anew.
      if (!target || !route) return false;
      const rings = await ringsOf(stores, { model, route, rollout, policy, stepIndex: toStep });
      const startPhase = firstPhase(policy, toStep, await isCold(stores, rollout, now));
      const attempt = await firstTraffic(stores, rollout, policy, toStep);
      if (!(await to({ ...entered, ...attempt, startPhase, state: 'running', stepStartedAt: null })))
        return false;
      await publishRoute(stores, model, {
        primary: staying(route).primary,
        candidate: onTrial(target, { mode: step.kind, weight: isRing(step) ? 0 : weightOf(step), ...rings }),
        rolloutId: rollout.id,
        stepIndex: toStep,
        salt: saltOf(model, rollout.id, policy),
        reading: await readingFor(stores, model, rollout.version, policy),
      });
    }
  }
  const traffic =
    step.kind === 'shadow' || step.kind === 'canary'
      ? { weight: weightOf(step), ...(isRing(step) ? { segments: step.ring } : {}) }
      : {};
  await record(stores, verdict, 'rollout.advanced', { step: toStep, mode: step.kind, ...traffic });
  await stores.agenda.wake(rollout.id);
  return true;
}

/**
 * Which try of its artifact a rollout is, said when it first sends traffic: others that were asked for before it, and waited beside it, have
 * spent their part by then.
 */
export async function firstTraffic(
  stores: Stores,
  { modelId, version, attempt }: RolloutRecord,
  policy: Policy,
  toStep: number,
): Promise<RolloutPatch> {
  // One of before tries were counted has the whole budget.
  if (attempt === null || trafficStepAt(policy, toStep - 1) !== null) return {};
  return { attempt: 1 + (await stores.rollouts.triesOf(modelId, version)) };
}

const weightOf = (step: Extract<Step, { kind: 'shadow' | 'canary' }>): number =>
  step.kind === 'shadow' ? step.sample : step.weight;

async function succeed({ stores, model, verdict, to, now }: Applying): Promise<boolean> {
  if (!(await to({ state: 'succeeded', endedAt: now }))) return false;
  await stores.models.proveTerm(model.id);
  const route = await stores.routes.find(model.id);
  if (route)
    await publishRoute(stores, model, {
      primary: staying(route).primary,
      candidate: null,
      rolloutId: null,
      stepIndex: null,
    });
  await record(stores, verdict, 'rollout.succeeded');
  await awakenNext(stores, model);
  return true;
}

import { agoMs, type Instant } from '#libs/kernel';
import {
  elapsedIn,
  isLive,
  phaseAfter,
  startPeriodEnds,
  trafficStepAt,
  type Policy,
  type StartPhase,
} from '#libs/rollout';
import { lockModel } from '../registry/lookup.ts';
import type { Stores } from '../ports/ports.ts';
import { publishRoute } from '../routing/publish-route.ts';
import { staying } from '../readiness/probes.ts';
import type { RolloutRecord } from '../ports/records.ts';

/** A process that became ready this short before a step began was just started. */
const COLD_MS = 60_000;

/** A server that others run is asked every few seconds from when it is wanted on (not while its rollout is queued): one that is ready no sooner than this was put up since then. */
const PUT_UP_MS = 10_000;

const UNKNOWN = { since: null, askedAt: null };

/** Was the version's process started just now, by Understudy or by whoever runs its server? Of a server that was there when it was first asked nobody knows. */
export async function isCold(stores: Stores, rollout: RolloutRecord, now: Instant): Promise<boolean> {
  const version = await stores.versions.find(rollout.modelId, rollout.version);
  const { since, askedAt } = (await stores.deployments.find(rollout.modelId, rollout.version)) ?? UNKNOWN;
  if (!version || since === null || (agoMs(since, now) ?? Infinity) >= COLD_MS) return false;
  return version.servingUrls.length === 0 || (askedAt !== null && since - askedAt >= PUT_UP_MS);
}

/**
 * The phase that a rollout's traffic should be counted in by now, where it is another one than it is counted in;
 * `undefined`: it is that one. Pure.
 * @param routedAt when the step's first route was published: start periods run from then while its clock has not started
 */
export function dueStartPhase(
  rollout: RolloutRecord,
  policy: Policy,
  now: Instant,
  routedAt: Instant | null = null,
): StartPhase | null | undefined {
  const { startPhase, state, stepIndex, stepStartedAt } = rollout;
  const traffic = trafficStepAt(policy, stepIndex);
  if (startPhase === null || traffic === null || !isLive(state) || state === 'pending') return undefined;
  // An approval is judged on traffic that has its start behind it.
  const began = stepStartedAt ?? beganBy(routedAt, now);
  const elapsed = traffic === stepIndex ? elapsedIn({ ...rollout, stepStartedAt: began }, now) : Infinity;
  const due = phaseAfter(policy, traffic, startPhase, elapsed);
  return due === null || due.sinceMs > startPhase.sinceMs ? due : undefined;
}

/** A route of a time that is still to come is of a clock that was set back since: nobody knows how old it is, and harm is not left alone for that. */
const beganBy = (routedAt: Instant | null, now: Instant): Instant | null =>
  routedAt !== null && agoMs(routedAt, now) === null ? -Infinity : routedAt;

/** When the phase of a step's start ends next; `Infinity`: time alone ends none. */
export function nextStartPhase(
  { startPhase, stepIndex, stepStartedAt }: RolloutRecord,
  policy: Policy,
): Instant {
  const step = policy.steps[stepIndex];
  if (startPhase === null || stepStartedAt === null || !step) return Infinity;
  const ends = startPeriodEnds(policy, step, startPhase.cold).filter((ms) => ms > startPhase.sinceMs);
  return stepStartedAt + Math.min(...ends);
}

/**
 * Begins the next phase of a step's start when it is due: the same route under a new revision, which evidence is counted by.
 * So both arms are cut at the same request, at every gateway.
 * @returns the rollout as it is afterwards; `null` when somebody else moved it
 */
export async function keepStartPhase(
  stores: Stores,
  rollout: RolloutRecord,
  policy: Policy,
): Promise<RolloutRecord | null> {
  const { startPhase, stepStartedAt } = rollout;
  const isUnstarted = startPhase !== null && stepStartedAt === null;
  const routedAt = isUnstarted ? await stores.routes.stepRoutedAt(rollout) : null;
  const due = dueStartPhase(rollout, policy, await stores.now(), routedAt);
  if (due === undefined) return rollout;
  const model = await lockModel(stores, rollout.model);
  const present = await stores.rollouts.find(rollout.id);
  if (present?.revision !== rollout.revision || present.startPhase?.sinceMs !== rollout.startPhase?.sinceMs)
    return null;
  const route = await stores.routes.find(model.id);
  if (route?.rolloutId !== rollout.id) return rollout;
  if (!(await stores.rollouts.note(rollout.id, rollout.revision, { startPhase: due }))) return null;
  const { rolloutId, reading, salt } = route;
  const stepIndex = trafficStepAt(policy, rollout.stepIndex);
  await publishRoute(stores, model, { ...staying(route), rolloutId, reading, salt, stepIndex });
  await stores.events.append({
    modelId: rollout.modelId,
    rolloutId: rollout.id,
    type: 'rollout.start_period_over',
    actor: 'engine',
    data: { step: stepIndex, sinceMs: due?.sinceMs ?? null, routeRevision: route.revision + 1 },
  });
  return { ...rollout, startPhase: due };
}

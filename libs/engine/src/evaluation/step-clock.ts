import { agoMs, formatInstant, SLEW_MS, type Instant } from '#libs/kernel';
import { isUncounted, MOVES_CALLERS, trafficStepAt, type Policy } from '#libs/rollout';
import { lockModel } from '../registry/lookup.ts';
import type { RolloutPatch, Stores } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';

/** A gateway that was not heard of for this long counts as gone; it posts at least every 2 s. */
export const GATEWAY_ALIVE_MS = 10_000;

/** Has no gateway been heard of for too long? */
export const gatewaysAreSilent = (heardAt: Instant | null, now: Instant): boolean =>
  heardAt === null || (agoMs(heardAt, now) ?? 0) > GATEWAY_ALIVE_MS;

/**
 * A gateway that is alive and has not acknowledged a step's route for this long is waited for no longer. One whose stream broke or hangs has
 * it within some 15 s (time-outs of silent connections, and comparison every 2 s); thereafter something is wrong that waiting does not mend:
 * a stream that a proxy holds, or two gateways under one id. It is safe: its callers are where they were, on the route of before.
 */
const LONGEST_BEHIND_MS = 30_000;

/**
 * Keeps the clock of a step that sends traffic. It starts when every live gateway serves by the
 * step's route (those that are behind for too long are left out), not when the route was written; and it stands still while no gateway is heard of,
 * because then nobody knows what the candidate does.
 * @returns the rollout as it is afterwards; `null` when somebody else moved it
 */
export async function keepClock(
  stores: Stores,
  rollout: RolloutRecord,
  policy: Policy,
): Promise<RolloutRecord | null> {
  if (!hasClock(rollout, policy)) return rollout;
  const mover = await moverOf(stores, rollout, policy);
  return rollout.stepStartedAt === null ? start(stores, rollout, mover) : stopOrGoOn(stores, rollout, mover);
}

/**
 * Who moves the callers of a step whose requests are counted elsewhere. Such a step owes no counts that would stand still where nobody was
 * moved: it begins when all that live serve by its route, however long that takes, and its clock stands still while nothing moves callers.
 * `null`: the step counts its requests, by itself.
 */
type Mover = 'here' | 'away' | null;

async function moverOf(stores: Stores, { stepIndex }: RolloutRecord, { steps }: Policy): Promise<Mover> {
  const step = stepIndex === null ? undefined : steps[stepIndex];
  if (step === undefined || !isUncounted(step)) return null;
  return (await stores.abilities.seen(GATEWAY_ALIVE_MS)).has(MOVES_CALLERS) ? 'here' : 'away';
}

/**
 * Did the step begin at a time that is still to come? The clock has been set back since. The step's clock begins anew then: it would
 * stand still for as long as the clock was ahead, and no start period of it would end, nor its harm be acted on. Pure.
 */
export const isSetBack = (
  { stepStartedAt, clockStoppedAt }: Pick<RolloutRecord, 'stepStartedAt' | 'clockStoppedAt'>,
  now: Instant,
): boolean => clockStoppedAt === null && stepStartedAt !== null && stepStartedAt > now + SLEW_MS;

/**
 * Does the present step count its own time? Also while a person has the say: callers meet the candidate then too, and a start
 * period that never ended would let its harm go on. A resume starts the clock anew.
 */
export const hasClock = (
  { state, stepIndex }: Pick<RolloutRecord, 'state' | 'stepIndex'>,
  policy: Policy,
): boolean =>
  (state === 'running' || state === 'baking' || state === 'paused') &&
  trafficStepAt(policy, stepIndex) === stepIndex;

/** Which gateways a step waits for before its clock starts, or waits for no longer, in words; `null`: all serve by its route. */
export async function gatewaysBehind(
  stores: Stores,
  rollout: RolloutRecord,
  policy: Policy,
): Promise<string | null> {
  if (!hasClock(rollout, policy)) return null;
  const isStarted = rollout.stepStartedAt !== null;
  const route = await stores.routes.find(rollout.modelId);
  if (!route) return null;
  const { alive, behind } = await stores.routes.acknowledgement(rollout.modelId, route.revision);
  if ((await moverOf(stores, rollout, policy)) === 'away')
    return 'nothing that moves callers (the Kubernetes router) has been heard of for 10 s: the time of a step with minRequests: 0 does not pass';
  if (isStarted && behind.length === 0) return unheardGateways(stores, rollout.modelId, route.revision);
  if (alive === 0) {
    const heardAt = await stores.routes.lastHeardAt();
    const silence =
      heardAt === null
        ? 'no gateway has ever been heard of'
        : `no gateway has been heard of since ${formatInstant(heardAt)}`;
    return `${silence}; the step begins when one has acknowledged route revision ${route.revision}`;
  }
  if (behind.length === 0) return null;
  const names = namesOf(behind);
  if (!isStarted)
    return `waiting until all gateways have acknowledged route revision ${route.revision}: ${behind.length} of ${alive} have not yet (${names})`;
  const unheard = await unheardGateways(stores, rollout.modelId, route.revision);
  const late = `not waited for: ${behind.length} of ${alive} gateways serve by an older route (${names})`;
  return unheard === null ? late : `${late}; ${unheard}`;
}

function namesOf(gateways: readonly string[]): string {
  const more = gateways.length > NAMED ? ` and ${gateways.length - NAMED} more` : '';
  return gateways.slice(0, NAMED).join(', ') + more;
}

/** A gateway that was not heard of for longer is gone, as far as anybody knows. */
const GONE_MS = 3_600_000;

/** Which gateways may still serve callers by an older route of a model than this one, because nobody hears of them, in words; `null`: none. */
export async function unheardGateways(
  stores: Stores,
  modelId: string,
  revision: number,
): Promise<string | null> {
  const unheard = await stores.routes.unheard(modelId, revision, GONE_MS);
  if (unheard.length === 0) return null;
  return `gateways not heard of lately, and on an older route if they serve callers still: ${namesOf(unheard)}`;
}

/** So many gateways are named in a reason. */
const NAMED = 3;
/** And so many in an event. */
const MOST_RECORDED = 20;

async function start(stores: Stores, rollout: RolloutRecord, mover: Mover): Promise<RolloutRecord | null> {
  const route = await stores.routes.find(rollout.modelId);
  if (!route) return rollout;
  const { alive, behind } = await stores.routes.acknowledgement(rollout.modelId, route.revision);
  if (alive === 0 || mover === 'away') return rollout;
  if (mover === 'here' && behind.length > 0) return rollout;
  const stepStartedAt = await stores.now();
  if (behind.length > 0) {
    const routedAt = await stores.routes.stepRoutedAt(rollout);
    // Since a clock was set back nobody knows for how long they are behind.
    const behindMs = routedAt === null ? 0 : Math.abs(stepStartedAt - routedAt);
    if (behindMs < LONGEST_BEHIND_MS) return rollout;
  }
  // The event is written after the lock was waited for; the clock runs since before that.
  const left = behind.length > 0 ? { notWaitedFor: behind.slice(0, MOST_RECORDED) } : {};
  const data = { routeRevision: route.revision, since: stepStartedAt, ...left };
  return write(stores, rollout, 'rollout.step_started', { stepStartedAt }, data);
}

async function stopOrGoOn(
  stores: Stores,
  rollout: RolloutRecord,
  mover: Mover,
): Promise<RolloutRecord | null> {
  const { stepStartedAt, clockStoppedAt } = rollout;
  if (stepStartedAt === null) return rollout;
  const heardAt = await stores.routes.lastHeardAt();
  const now = await stores.now();
  if (isSetBack(rollout, now))
    return write(
      stores,
      rollout,
      'rollout.step_started',
      { stepStartedAt: now },
      { since: now, setBack: true },
    );
  const silent = gatewaysAreSilent(heardAt, now) || mover === 'away';
  if (silent && clockStoppedAt === null) {
    // A gateway has been heard of since it began. Where none has by the clock, the clock was set back since, and what the step has behind it stays.
    const since = Math.max(heardAt ?? now, stepStartedAt);
    return write(stores, rollout, 'rollout.clock_stopped', { clockStoppedAt: since }, { since });
  }
  if (!silent && clockStoppedAt !== null) {
    const patch = { stepStartedAt: stepStartedAt + (now - clockStoppedAt), clockStoppedAt: null };
    const stoodStillMs = agoMs(clockStoppedAt, now);
    return write(stores, rollout, 'rollout.clock_resumed', patch, { stoodStillMs });
  }
  return rollout;
}

async function write(
  stores: Stores,
  rollout: RolloutRecord,
  type: string,
  patch: RolloutPatch,
  data: Record<string, unknown>,
): Promise<RolloutRecord | null> {
  await lockModel(stores, rollout.model);
  // Another worker may have done the same while this one waited for the lock; once is enough.
  const present = await stores.rollouts.find(rollout.id);
  if (
    present?.revision !== rollout.revision ||
    present.stepStartedAt !== rollout.stepStartedAt ||
    present.clockStoppedAt !== rollout.clockStoppedAt
  )
    return null;
  if (!(await stores.rollouts.note(rollout.id, rollout.revision, patch))) return null;
  await stores.events.append({
    modelId: rollout.modelId,
    rolloutId: rollout.id,
    type,
    actor: 'engine',
    data: { step: rollout.stepIndex, ...data },
  });
  return { ...rollout, ...patch };
}

import type { Instant } from '#libs/kernel';
import { trafficStepAt, type Policy } from '#libs/rollout';
import { lockModel } from './lookup.ts';
import type { RolloutPatch, Stores } from './ports.ts';
import type { RolloutRecord } from './records.ts';

/** A gateway that was not heard of for this long counts as gone; it posts at least every 2 s. */
export const GATEWAY_ALIVE_MS = 10_000;

/** Has no gateway been heard of for too long? */
export const gatewaysAreSilent = (heardAt: Instant | null, now: Instant): boolean =>
  heardAt === null || now - heardAt > GATEWAY_ALIVE_MS;

/**
 * Keeps the clock of a step that sends traffic. It starts when every live gateway serves by the
 * step's route, not when the route was written; and it stands still while no gateway is heard of,
 * because then nobody knows what the candidate does.
 * @returns the rollout as it is afterwards; `null` when somebody else moved it
 */
export async function keepClock(
  stores: Stores,
  rollout: RolloutRecord,
  policy: Policy,
): Promise<RolloutRecord | null> {
  const ticks = rollout.state === 'running' || rollout.state === 'baking';
  if (!ticks || trafficStepAt(policy, rollout.stepIndex) !== rollout.stepIndex) return rollout;
  return rollout.stepStartedAt === null ? start(stores, rollout) : stopOrGoOn(stores, rollout);
}

async function start(stores: Stores, rollout: RolloutRecord): Promise<RolloutRecord | null> {
  const route = await stores.routes.find(rollout.modelId);
  if (!route || !(await stores.routes.isAcknowledged(rollout.modelId, route.revision))) return rollout;
  const stepStartedAt = await stores.now();
  // The event is written after the lock was waited for; the clock runs since before that.
  const data = { routeRevision: route.revision, since: stepStartedAt };
  return write(stores, rollout, 'rollout.step_started', { stepStartedAt }, data);
}

async function stopOrGoOn(stores: Stores, rollout: RolloutRecord): Promise<RolloutRecord | null> {
  const { stepStartedAt, clockStoppedAt } = rollout;
  if (stepStartedAt === null) return rollout;
  const heardAt = await stores.routes.lastHeardAt();
  const now = await stores.now();
  const silent = gatewaysAreSilent(heardAt, now);
  if (silent && clockStoppedAt === null) {
    const since = Math.max(heardAt ?? stepStartedAt, stepStartedAt);
    return write(stores, rollout, 'rollout.clock_stopped', { clockStoppedAt: since }, { since });
  }
  if (!silent && clockStoppedAt !== null) {
    const patch = { stepStartedAt: stepStartedAt + (now - clockStoppedAt), clockStoppedAt: null };
    return write(stores, rollout, 'rollout.clock_resumed', patch, { stoodStillMs: now - clockStoppedAt });
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

import { type Evidence, isRing, type Policy } from '#libs/rollout';
import type { EventRecord } from '../ports/records.ts';
import type { Stores } from '../ports/ports.ts';
import { policyOf } from '../settings/policy-of.ts';

type Reads = Pick<Stores, 'rollouts' | 'evidence' | 'events'>;

/** So many of the latest rollouts are asked how many have called. */
const LATEST = { pageSize: 3, pageToken: null };
/** A step that was shorter says little of the traffic. */
const LEAST_MS = 1_000;
const ENDS_STEP = /^rollout\.(advanced|promoted|succeeded|rolled_back|aborted|superseded)$/;

/**
 * How many predictions a second a model was asked for, by the steps of its latest rollouts. Rings are left out, as not everybody is counted in them.
 * @returns `null`: no step was counted yet
 */
export async function trafficSeen(stores: Reads, modelId: string): Promise<number | null> {
  const { items } = await stores.rollouts.list({ modelId }, LATEST);
  const evidence = await stores.evidence.ofRollouts(items.map(({ id }) => id));
  for (const rollout of items) {
    const here = evidence.get(rollout.id);
    if (here === undefined) continue;
    const { steps } = policyOf(rollout);
    const rate = requestsPerSecond(await stores.events.ofRollout(rollout.id), here, steps);
    if (rate !== null) return rate;
  }
  return null;
}

/**
 * Requests a second over all steps of a rollout that have ended: of both arms, and of none twice (what a shadow got are copies).
 * @param events of the rollout, in the order in which they happened
 * @param steps of its policy
 */
export function requestsPerSecond(
  events: readonly Pick<EventRecord, 'type' | 'at' | 'data'>[],
  evidence: Evidence,
  steps: Policy['steps'],
): number | null {
  let [requests, ms] = [0, 0];
  let begun: { readonly step: number; readonly at: number } | null = null;
  for (const { type, at, data } of events) {
    if (begun !== null && ENDS_STEP.test(type)) {
      const here = isRing(steps[begun.step]) ? undefined : evidence[begun.step];
      if (here && at - begun.at >= LEAST_MS && here.primary.requests > 0) {
        requests += here.primary.requests + here.candidate.requests;
        ms += at - begun.at;
      }
      begun = null;
    }
    if (type === 'rollout.step_started' && typeof data['step'] === 'number')
      begun = { step: data['step'], at };
  }
  return ms === 0 || requests === 0 ? null : (requests / ms) * 1_000;
}

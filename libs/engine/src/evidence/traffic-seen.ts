import { type Evidence, isRing, type Policy } from '#libs/rollout';
import type { EventRecord } from '../ports/records.ts';
import type { Stores } from '../ports/ports.ts';
import { policyOf } from '../settings/policy-of.ts';

type Reads = Pick<Stores, 'rollouts' | 'evidence' | 'events'>;

/** So many of the latest rollouts are asked how many have called. */
const LATEST = { pageSize: 3, pageToken: null };
/** A step that was shorter says little of the traffic. */
const LEAST_MS = 1_000;
/** An approval has no traffic of its own: what comes meanwhile is counted to the step before it. */
const ENDS_ROLLOUT = /^rollout\.(succeeded|rolled_back|aborted|superseded)$/;

/**
 * How many predictions a second a model was asked for, by the steps of its latest rollouts. Rings are left out, as not everybody is counted in them.
 * @returns `null`: no step was counted yet
 */
export async function trafficSeen(stores: Reads, modelId: string): Promise<number | null> {
  const { items } = await stores.rollouts.list({ modelId }, LATEST);
  for (const rollout of items) {
    const evidence = await stores.evidence.ofRollout(rollout.id);
    if (Object.keys(evidence).length === 0) continue;
    const { steps } = policyOf(rollout);
    const rate = requestsPerSecond(await stores.events.ofRollout(rollout.id), evidence, steps);
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
  for (const { step, lastedMs } of spansOf(events)) {
    const here = isRing(steps[step]) ? undefined : evidence[step];
    if (!here || lastedMs < LEAST_MS || here.primary.requests === 0) continue;
    requests += here.primary.requests + here.candidate.requests;
    ms += lastedMs;
  }
  return ms === 0 || requests === 0 ? null : (requests / ms) * 1_000;
}

/**
 * How long requests were counted to each step that has ended: from its first start (one that is resumed starts again) until a later step
 * starts, or the rollout ends. Of a step in which a clock was set back nobody knows.
 */
function spansOf(events: readonly Pick<EventRecord, 'type' | 'at' | 'data'>[]): Span[] {
  const spans: Span[] = [];
  let begun: { readonly step: number; readonly at: number } | null = null;
  for (const { type, at, data } of events) {
    const started = type === 'rollout.step_started' && typeof data['step'] === 'number' ? data['step'] : null;
    const isOver = started === null ? ENDS_ROLLOUT.test(type) : started !== begun?.step;
    if (begun !== null && isOver) spans.push({ step: begun.step, lastedMs: at - begun.at });
    if (isOver) begun = started === null ? null : { step: started, at };
    if (begun !== null && data['setBack'] === true) begun = { ...begun, at: Infinity };
  }
  return spans;
}

interface Span {
  readonly step: number;
  readonly lastedMs: number;
}

import { formatDuration } from '#libs/kernel';
import type { Policy } from '../policy/policy.ts';
import { planOf } from './plan.ts';

/** What of a policy will hardly ever be done, in words. */
export interface NeverDone {
  /** In the policy. */
  readonly pointer: string;
  readonly detail: string;
}

const enough = (value: number): string => String(Number(value.toPrecision(2)));

/**
 * Steps whose minima take longer than their `maxDuration` at this traffic: they can only end by their time. A ring's share of the callers is
 * not known, so that rings are left out.
 * @param perSecond requests a second of the model
 */
export function slowSteps(policy: Policy, perSecond: number): readonly NeverDone[] {
  return planOf(policy, perSecond).steps.flatMap(({ kind, title, leastMs, mostMs }, at) => {
    const step = policy.steps[at];
    if (mostMs === null || leastMs <= mostMs || !step || !('minRequests' in step)) return [];
    const detail = `"${title}" takes ${formatDuration(leastMs)} or longer for its ${step.minRequests} requests at ${enough(perSecond)} requests a second, and its maxDuration is ${formatDuration(mostMs)}: it ends by its time (${policy.onUndecided}). Ask for fewer requests, for more of the traffic, or give it more time.`;
    return [{ pointer: `/steps/${at}/${kind}/minRequests`, detail }];
  });
}

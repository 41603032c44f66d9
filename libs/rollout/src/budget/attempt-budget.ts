import type { Policy } from '../policy/policy.ts';

/** The first try's share of a version's error budget. Most versions need no other. */
const FIRST = 3 / 4;

/**
 * The share of the error budget (alpha and beta alike) that the k-th try of one artifact may spend: 3/4, and of the rest
 * 6/(π²(k-1)²). All shares together are 1, however often somebody tries again (Σ 1/k² = π²/6), so the bounds that a policy
 * names hold for the version, not for each of its rollouts (alpha spending; Foster & Stine 2008 for endless sequences).
 * @param attempt 1 for the first
 */
export const shareOfAttempt = (attempt: number): number =>
  attempt === 1 ? FIRST : ((1 - FIRST) * 6) / (Math.PI * (attempt - 1)) ** 2;

/** The share that the tries before this one could have spent. */
export function spentBefore(attempt: number): number {
  let spent = 0;
  for (let k = 1; k < attempt; k++) spent += shareOfAttempt(k);
  return spent;
}

/** A policy with what a try may spend. @param attempt `null`: of before tries were counted, each had the whole budget */
export function forAttempt(policy: Policy, attempt: number | null): Policy {
  if (attempt === null) return policy;
  const share = shareOfAttempt(attempt);
  return { ...policy, alpha: policy.alpha * share, beta: policy.beta * share };
}

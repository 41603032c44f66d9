import { EMPTY_TALLY, type Tally } from '#libs/stats';
import type { Policy } from './policy.ts';

/** What was counted during one step, per arm. */
export interface StepEvidence {
  readonly primary: Tally;
  readonly candidate: Tally;
  readonly shadow: Tally;
}

/** Evidence by step index. A step that has none yet may be missing. */
export type Evidence = Readonly<Record<number, StepEvidence>>;

export const NO_STEP_EVIDENCE: StepEvidence = {
  primary: EMPTY_TALLY,
  candidate: EMPTY_TALLY,
  shadow: EMPTY_TALLY,
};

/** The two tallies that a step compares: the version under trial, and what it is compared with. */
export interface Compared {
  readonly trial: Tally;
  readonly baseline: Tally;
}

/**
 * Who is compared with whom in a step. In a shadow the copies with the primary's answers; in a
 * canary the two arms over the same seconds. During bake the version under trial is the primary,
 * and what it is compared with is the old primary as it was in the last step before promotion.
 */
export function comparedIn(policy: Policy, stepIndex: number, evidence: Evidence): Compared {
  const here = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
  switch (policy.steps[stepIndex]?.kind) {
    case 'shadow':
      return { trial: here.shadow, baseline: here.primary };
    case 'bake': {
      for (let i = stepIndex - 1; i >= 0; i--) {
        const before = evidence[i];
        if (before && before.primary.requests > 0) return { trial: here.primary, baseline: before.primary };
      }
      return { trial: here.primary, baseline: EMPTY_TALLY };
    }
    case 'canary':
    case undefined:
      return { trial: here.candidate, baseline: here.primary };
  }
}

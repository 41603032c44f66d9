import type { BasisPoints } from '#libs/kernel';
import type { QuantileMargin } from '#libs/stats';

/** Steps in which evidence is judged. */
export type StepKind = 'shadow' | 'canary' | 'bake';

/** A step in which the candidate earns its way; `bake` is the probation after promotion. Times in ms. */
export type Step =
  | {
      readonly kind: 'shadow';
      readonly sample: BasisPoints;
      /** Compared answers before the step can end. */
      readonly minRequests: number;
      readonly minDurationMs: number;
      readonly maxDurationMs: number;
    }
  | {
      readonly kind: 'canary';
      readonly weight: BasisPoints;
      /** Requests of the candidate's arm before the step can end. */
      readonly minRequests: number;
      readonly minDurationMs: number;
      readonly maxDurationMs: number;
    }
  | { readonly kind: 'bake'; readonly durationMs: number };

/** One metric with its margin, and the steps in which it is judged. */
export type Gate = {
  readonly in: readonly StepKind[];
  /**
   * Harm that is found this early in a step is not acted on yet. Slow answers come in bursts (a cold
   * cache, a compiler warming up, one pause with many requests in flight), so what the first seconds
   * show is no proof about the hours to come.
   */
  readonly startPeriodMs: number;
} & (
  | { readonly metric: 'error_rate'; readonly maxIncrease: number }
  | { readonly metric: 'latency_p95'; readonly margin: QuantileMargin }
  | { readonly metric: 'agreement'; readonly min: number }
);

/** What a rollout follows: parsed, complete, immutable. */
export interface Policy {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly gates: readonly Gate[];
  readonly onUndecided: 'rollback' | 'pause';
  readonly onNoData: 'rollback' | 'pause';
  /** Error budget of the whole rollout: the most likely share of good candidates that are rolled back. */
  readonly alpha: number;
  readonly promoteWhen: 'proven' | 'notFailed';
}

/** The policy of a model that names none (DESIGN 5, as far as this release knows its steps and gates). */
export const DEFAULT_POLICY_DOCUMENT = {
  name: 'default',
  steps: [
    { shadow: { sample: '100%', minRequests: 500, maxDuration: '30m' } },
    { canary: { weight: '1%', minRequests: 50, minDuration: '1m', maxDuration: '1h' } },
    { canary: { weight: '10%', minRequests: 200, minDuration: '1m', maxDuration: '2h' } },
    { canary: { weight: '50%', minRequests: 1000, minDuration: '1m', maxDuration: '2h' } },
    { bake: { duration: '10m' } },
  ],
  gates: [
    { metric: 'agreement', in: ['shadow'], min: 0.9 },
    { metric: 'error_rate', maxIncrease: 0.01 },
    { metric: 'latency_p95', maxIncreaseRatio: 1.25 },
  ],
  onUndecided: 'rollback',
  onNoData: 'pause',
  alpha: 0.05,
  promoteWhen: 'proven',
} as const;

/** The policy of an admin's `promote` and `rollback`: no step, no gate, at once when it is deployed. */
export const AT_ONCE_POLICY_DOCUMENT = {
  name: 'at-once',
  steps: [],
  gates: [],
  promoteWhen: 'notFailed',
} as const;

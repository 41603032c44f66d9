import type { BasisPoints } from '#libs/kernel';

/** Steps in which evidence is judged. */
export type JudgedStepKind = 'shadow' | 'canary' | 'bake';
export type StepKind = Step['kind'];

/** What happens when a step's time is over and something still lacks. Never a silent pass. */
export type OutOfTime = 'rollback' | 'pause';

/** Must a check have something to look at? `optional`: skipped without it. `off`: not made. */
export type CheckNeed = 'required' | 'optional' | 'off';

/** The checks before any traffic. */
export interface ChecksStep {
  readonly kind: 'checks';
  readonly digest: CheckNeed;
  readonly health: CheckNeed;
  readonly signature: CheckNeed;
  readonly provenance: CheckNeed;
  readonly upstreams: CheckNeed;
  readonly golden: CheckNeed;
  /** Metric name -> how far below (or above, where lower is better) the primary's it may be. */
  readonly metrics: Readonly<Record<string, MetricBound>>;
  readonly warmup: {
    readonly requests: number;
    /** Milliseconds; `null`: warm up, but ask nothing of the latency. */
    readonly maxLatencyP95: number | null;
  };
}

/** What an evaluation metric must hold; absolute, in the metric's own unit. */
export interface MetricBound {
  readonly maxDecrease?: number | undefined;
  readonly maxIncrease?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

interface Timed {
  readonly minRequests: number;
  readonly minDurationMs: number;
  readonly maxDurationMs: number;
}

/** One stage on the way to primary. Times in ms. */
export type Step =
  | ChecksStep
  | ({ readonly kind: 'shadow'; readonly sample: BasisPoints } & Timed)
  | ({
      readonly kind: 'canary';
      /** Share of everybody's units; of a ring, of its members' units. */
      readonly weight: BasisPoints;
      /** Names of the segments whose members alone get it; `null`: everybody. */
      readonly ring: readonly string[] | null;
    } & Timed)
  | {
      readonly kind: 'approval';
      /** How many different people must approve. */
      readonly approvers: number;
      /** `null`: it waits for as long as it takes. */
      readonly maxDurationMs: number | null;
      readonly onTimeout: OutOfTime;
    }
  | {
      readonly kind: 'bake';
      readonly durationMs: number;
      /** Share of units kept on the old primary to compare with; 0: nobody, and only gates with bounds of their own act. */
      readonly holdBack: BasisPoints;
    };

/** A step that sends traffic and takes evidence. */
export type TrafficStep = Extract<Step, { kind: JudgedStepKind }>;

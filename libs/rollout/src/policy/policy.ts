import type { AskedStart } from '../decide/asked-start.ts';
import type { BasisPoints } from '#libs/kernel';
import type { QuantileMargin } from '#libs/stats';
import type { TimeMetric } from './time-metric.ts';
import type { UsageMetric } from './usage-metric.ts';
import type { ValueBound } from './value-bound.ts';

/** Steps in which evidence is judged. */
export type JudgedStepKind = 'shadow' | 'canary' | 'bake';
export type StepKind = Step['kind'];

/** What happens when a step's time is over and something still lacks. Never a silent pass. */
export type OutOfTime = 'rollback' | 'pause';

/** Must a check have something to look at? `optional`: skipped without it. `off`: not made. */
export type CheckNeed = 'required' | 'optional' | 'off';

/** The checks before any traffic (DESIGN 6). */
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

interface GateCommon {
  /** Its name in verdicts: the metric's, unless the policy names it. Unique within the policy. */
  readonly name: string;
  readonly in: readonly JudgedStepKind[];
  /** Judged and shown, never acted on. */
  readonly dryRun: boolean;
  /**
   * What is counted this early in a step is left out of the gate's evidence, in both arms. Slow answers come in bursts
   * (a cold cache, a compiler warming up, one pause with many requests in flight), so what the first seconds
   * show says nothing about the hours to come.
   */
  readonly startPeriod: AskedStart;
  /** The same for a step in which the candidate's process was just started. */
  readonly coldStart: AskedStart;
}

/**
 * How much higher a rate of bad events may be: absolute, or as a multiple of the primary's. With both, the increase is what safety is proven by, and more
 * than either is harm.
 */
export type RateMargin =
  { readonly increase: number; readonly harmRatio?: number } | { readonly ratio: number };

/** How much more, or less, than the primary's mean: absolute (tokens, money), or as a multiple of it (below 1: `worse: 'lower'`). */
export type TokenMargin = { readonly worse: 'higher' | 'lower' } & (
  { readonly by: number } | { readonly ratio: number }
);

/** What a distribution is compared with: the other arm over the same seconds, or the training data. */
export type Against = 'primary' | 'baseline';

/** A number that callers report after the answer: a click, a purchase, a label that came late. */
export interface FeedbackCondition {
  /** The metric's name without `feedback.`. */
  readonly feedback: string;
  /** The model whose callers report it, when it is not this one: a downstream model (attributed through the unit). */
  readonly model: string | null;
  /** `proportion`: 0 or 1; `mean`: any number. */
  readonly values: 'proportion' | 'mean';
  readonly worse: 'higher' | 'lower';
  /** How far it may move to the worse side; absolute. */
  readonly by: number;
  /** Of a mean: what bounds its values. */
  readonly bound: ValueBound | null;
  /** How long after an answer its feedback may come. Where only ones are reported, answers younger than this prove no safety. */
  readonly windowMs: number;
  /** Of a proportion: over all answers of an arm, or over those that a 0 or 1 was reported of. `auto`: seen from what is reported. */
  readonly over: 'auto' | 'answers' | 'reports';
  /** Share of an arm's requests that must have feedback before there is a verdict, 0 to 1. Over answers it holds back a proof only. */
  readonly maturity: number;
}

/** Judges each value of a header, of a place in the request, or of the primary's output, on its own, too. */
export interface Segments {
  readonly header: string | null;
  readonly path: string | null;
  /** Of `agreement` only: each class that the primary's answers name. */
  readonly output: 'label' | null;
  /** No more different values than this; the rest is `other`. */
  readonly most: number;
}

/** Where the values of segments stand, for people. */
export const segmentSource = ({ header, path, output }: Segments): string =>
  output === null ? (header ?? path ?? '') : `output ${output}`;

/** A gate that is judged on the evidence of the gateways. */
export type EvidenceGate = GateCommon & { readonly segments: Segments | null } & (
    | { readonly metric: 'error_rate' | 'schema_violations'; readonly margin: RateMargin }
    | { readonly metric: TimeMetric; readonly margin: QuantileMargin; readonly bound: ValueBound | null }
    | { readonly metric: UsageMetric; readonly margin: TokenMargin; readonly bound: ValueBound | null }
    | { readonly metric: 'agreement' | 'rank_correlation' | 'judge_win_rate'; readonly min: number }
    | { readonly metric: 'score_delta'; readonly max: number; readonly bound: ValueBound | null }
    | { readonly metric: 'edit_distance_mean' | 'embedding_distance_mean'; readonly max: number }
    | { readonly metric: 'output_drift' | 'confidence'; readonly max: number; readonly against: Against }
    | { readonly metric: 'input_drift'; readonly max: number }
    | { readonly metric: 'sample_ratio' }
    | ({ readonly metric: 'feedback' } & FeedbackCondition)
  );

/** A gate that asks somebody else: a metric source, read every `intervalMs`. */
export type SourceGate = GateCommon & {
  readonly intervalMs: number;
  /** Bad readings in a row until the gate fails. */
  readonly consecutiveFailures: number;
} & (
    | {
        readonly metric: 'prometheus';
        /** Which Prometheus is asked, by the name that the operator gave it. */
        readonly source: string;
        readonly query: string;
        readonly min: number | null;
        readonly max: number | null;
      }
    | {
        readonly metric: 'http';
        readonly url: string;
        /** The metric source whose credentials it is shown; not of policies that were stored before there was one. */
        readonly source?: string | null;
      }
  );

/** One metric with its condition, and the steps in which it is judged. */
export type Gate = EvidenceGate | SourceGate;

export const isSourceGate = (gate: Gate): gate is SourceGate =>
  gate.metric === 'prometheus' || gate.metric === 'http';

/** Gates that ask whether the evidence is sound: what fails them is no fault of the candidate, so they pause. */
export const isIntegrityGate = (gate: Gate): boolean =>
  gate.metric === 'sample_ratio' || gate.metric === 'input_drift';

/** Does a gate compare the version on trial with the other one? All others have a bound of their own, whatever the other does. */
export const isRelative = (gate: Gate): boolean =>
  !isSourceGate(gate) &&
  gate.metric !== 'input_drift' &&
  gate.metric !== 'sample_ratio' &&
  !('against' in gate && gate.against === 'baseline');

/** Is a gate judged against the training data of the version under trial? */
export const needsProfile = (policy: Policy): boolean =>
  policy.gates.some(
    (gate) => gate.metric === 'input_drift' || ('against' in gate && gate.against === 'baseline'),
  );

/** A time in which nothing advances and nothing is promoted; rolling back always works. */
export interface FreezeWindow {
  /** Five fields: when the window opens. */
  readonly cron: string;
  readonly durationMs: number;
  readonly timeZone: string;
  readonly reason: string;
}

/** What a rollout follows: parsed, complete, immutable. */
export interface Policy {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly gates: readonly Gate[];
  readonly onUndecided: OutOfTime;
  readonly onNoData: OutOfTime;
  /** Error budget of the whole rollout: the most likely share of good candidates that are rolled back. */
  readonly alpha: number;
  /** The most likely share of bad candidates that a gate takes for proven; `alpha` where nothing is said. */
  readonly beta: number;
  readonly promoteWhen: 'proven' | 'notFailed';
  /** A model's first version has nothing to be compared with: checks, then this. */
  readonly first: 'promote' | 'approval';
  /** Readings of a metric source that fail in a row until the rollout pauses. */
  readonly consecutiveErrors: number;
  /** What becomes of a newer version that arrives while a rollout by this policy runs. */
  readonly onNewVersion: 'supersede' | 'queue' | 'refuse';
  readonly freeze: readonly FreezeWindow[];
  /** A version that was a good primary this short ago is promoted at once; 0: never. */
  readonly rollbackWindowMs: number;
  /** The author of a version cannot approve it. */
  readonly fourEyes: boolean;
  /** Rollouts of models that feed each other: one at a time (`exclude`), or as they come (`ignore`). */
  readonly dependencies: 'exclude' | 'ignore';
  /** Requests that the versions answered differently: how many are kept, and the paths that are blacked out. */
  readonly samples: { readonly keep: number; readonly redact: readonly string[] };
  /** Whom a candidate is tried on: `fresh`, other units in each rollout; `stable`, the same ones each time. */
  readonly units: 'fresh' | 'stable';
  /** When a gateway stops sending callers to the candidate by itself; `null`: never. */
  readonly localTrip: { readonly failures: number; readonly of: number } | null;
}

/** The policy of a model that names none (DESIGN 5). */
export const DEFAULT_POLICY_DOCUMENT = {
  name: 'default',
  steps: [
    { checks: {} },
    { shadow: { sample: '100%', minRequests: 500, maxDuration: '30m' } },
    { canary: { weight: '1%', minRequests: 50, minDuration: '1m', maxDuration: '1h' } },
    { canary: { weight: '10%', minRequests: 200, minDuration: '1m', maxDuration: '2h' } },
    { canary: { weight: '50%', minRequests: 1000, minDuration: '1m', maxDuration: '2h' } },
    { bake: { duration: '10m' } },
  ],
  gates: [
    { metric: 'agreement', in: ['shadow'], min: 0.9 },
    { metric: 'error_rate', maxIncrease: { points: 0.01, ratio: 5 } },
    { metric: 'latency_p95', maxIncreaseRatio: 1.25 },
  ],
  onUndecided: 'pause',
  onNoData: 'pause',
  alpha: 0.05,
  promoteWhen: 'proven',
  first: 'promote',
} as const;

/** The policy of an admin's `promote` and `rollback`: no step, no gate, at once when it is deployed. */
export const AT_ONCE_POLICY_DOCUMENT = {
  name: 'at-once',
  steps: [],
  gates: [],
  promoteWhen: 'notFailed',
  // An admin's word waits for nobody.
  dependencies: 'ignore',
} as const;

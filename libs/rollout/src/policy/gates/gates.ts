import type { AskedStart } from '../../decide/asked-start.ts';
import type { QuantileMargin } from '#libs/stats';
import type { TimeMetric } from './time-metric.ts';
import type { UsageMetric } from './usage-metric.ts';
import type { ValueBound } from './value-bound.ts';
import type { JudgedStepKind } from '../steps.ts';

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

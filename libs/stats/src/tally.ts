import { mergeBlocks, type Blocks } from './units/blocks.ts';
import { mergeUnits } from './units/distinct-units.ts';
import type { Bins } from './samples/drift.ts';
import { mergeRecords } from './merge-records.ts';
import { mergeMoments, type Moments } from './means/moments.ts';
import { EMPTY_SKETCH, mergeSketches, type Sketch } from './quantiles/sketch.ts';
import { addPoints, type Points } from './means/value-points.ts';

/** Everything a verdict needs about one arm: sums and a sketch. Tallies merge by adding. */
export interface Tally {
  /** Requests that this arm was asked to answer (a canary request that fell back counts here, not for the primary). */
  readonly requests: number;
  /** Those that failed: no answer, a status of 500 and above, or worse than what the primary says to the same request. */
  readonly errors: number;
  /** Milliseconds from the request, on a connection that is set up, to the answer's last byte from the model server; of every request. */
  readonly latency: Sketch;
  /** Of times that not every answer has, by name (`SKETCH`); `undefined` in what was recorded before there were any. */
  readonly sketches?: Readonly<Record<string, Sketch>> | undefined;
  /** Shadow only: answers that could be compared with the primary's, and those that agreed. */
  readonly compared: number;
  readonly agreed: number;
  /** Shadow only: sampled requests that were dropped before they could hurt. */
  readonly dropped: number;
  /** Numbers read from answers, comparisons and feedback, by the measure's name (`MEASURE`). */
  readonly measures: Readonly<Record<string, Moments>>;
  /** Histograms of outputs, confidence and inputs, and requests by group of units (`HISTOGRAM`). */
  readonly histograms: Readonly<Record<string, Bins>>;
  /** Of everybody: what goes together, by measure or sketch (`BLOCKED`, `MEASURE`, `SKETCH`); `undefined` in what was recorded before. */
  readonly blocks?: Readonly<Record<string, Blocks>> | undefined;
  /** Sizes of the values of measures that a gate bounds, by the measure's name; `undefined` in what was recorded before. */
  readonly points?: Readonly<Record<string, Points>> | undefined;
  /** Of everybody: the smallest hashes of the units that were seen (`distinctUnits`); `undefined` in what was recorded before. */
  readonly units?: readonly number[] | undefined;
}

/** Milliseconds of streams, by the gateway's clock; named as OpenTelemetry's GenAI metrics name them. */
export const SKETCH = {
  /** From the request to the first event (`gen_ai.server.time_to_first_token`). */
  ttft: 'ttft',
  /** The mean time from one event of an answer to the next (`gen_ai.server.time_per_output_token`). */
  interToken: 'inter_token',
} as const;

/** Names of measures that gateways take; what callers report is `feedback.<metric>`. */
export const MEASURE = {
  /** 1: the answer does not have the form that the output spec asks for. */
  schemaViolation: 'schema_violation',
  /** The top probability of an answer. */
  confidence: 'confidence',
  /** The score of an answer, or the mean of its scores. */
  score: 'score',
  /** Tokens of an answer, as its language model says; of a stream that does not say, its events. */
  outputTokens: 'output_tokens',
  /** Tokens that it has read, and of both kinds together. */
  inputTokens: 'input_tokens',
  totalTokens: 'total_tokens',
  /** Of a stream: tokens after its first event by the seconds until its last. */
  outputTokensPerSecond: 'output_tokens_per_second',
  /** What an answer has cost, by the model's prices, in their currency. */
  cost: 'cost',
  /** 1: an answer of a version that has prices does not say its tokens, so its cost is not known. */
  unpriced: 'unpriced',
  /** Shadow: Kendall's tau-b between the two rankings of one request. */
  rankCorrelation: 'rank_correlation',
  /** Shadow: how far the two texts of one request are apart, 0 to 1. */
  editDistance: 'edit_distance',
  /** Shadow: the distance of the embeddings of the two texts of one request, 0 to 2. */
  embeddingDistance: 'embedding_distance',
  /** Shadow: the share of one request's rows on which the two do not agree, 0 to 1. */
  rowDisagreement: 'row_disagreement',
  /** Shadow: the absolute difference of the two scores of one request. */
  scoreDelta: 'score_delta',
  /** Shadow: 1 where the primary itself failed on a request that was copied. */
  primaryFailed: 'primary_failed',
  /** Shadow: 1 where only the candidate failed on a request, −1 where only the primary did, else 0 (`pairedFailures`). */
  failedApart: 'failed_apart',
} as const;

export const HISTOGRAM = {
  output: 'output',
  confidence: 'confidence',
  /** Requests, and failed ones, by a hash of their unit: how alike the requests of one unit are. */
  unitRequests: 'unit_requests',
  unitErrors: 'unit_errors',
  /** Errors by reason: `4xx`, `5xx`, `overload`, `timeout`, `unreachable`, `malformed`, `unreadable`, `abandoned`, `cut_off`, `error_event`, `empty`. */
  failures: 'failures',
  /** Candidate: its requests that the primary answered in its stead, by reason: the above, and our own limits. */
  replaced: 'replaced',
  /** Why answers of language models ended, in their words (`stop`, `length`). */
  finishReason: 'finish_reason',
  /** Shadow: pairs of texts by what became of them at the pairwise judge (`JUDGED`). */
  judged: 'judged',
  /** Shadow: pairs that the pairwise judge was asked about in vain, by the reason. */
  judgeFailures: 'judge_failures',
  /** Shadow: pairs of texts by what became of them at the embeddings endpoint (`EMBEDDED`). */
  embedded: 'embedded',
  /** Shadow: pairs that were compared, by how far their embeddings are apart (`distanceBin`). */
  embeddingDistance: 'embedding_distance',
  /** Shadow: times that a pair came to nothing at the embeddings endpoint, by the reason. */
  embeddingFailures: 'embedding_failures',
  /** Answers that were not read, by the reason (`NotRead`). */
  notRead: 'not_read',
  /** Requests that were not read for their input features, by the reason. */
  requestNotRead: 'request_not_read',
  /** `input.<feature>` */
  inputPrefix: 'input.',
} as const;
/** Bins of `HISTOGRAM.judged`: the candidate's answer is better, as good, worse; no verdict; not asked, the budget being used up. */
export const JUDGED = {
  win: 'win',
  tie: 'tie',
  loss: 'loss',
  failed: 'failed',
  overBudget: 'over_budget',
} as const;
export type Judged = (typeof JUDGED)[keyof typeof JUDGED];
/**
 * Bins of `HISTOGRAM.embedded`, each pair in one. With a distance by their embeddings: `compared`, and `shortened` where only the beginning and the
 * end of a text were embedded. Without asking: `identical` and `both_empty` (distance 0), `one_empty` (the largest there is).
 */
export const EMBEDDED = {
  compared: 'compared',
  shortened: 'shortened',
  identical: 'identical',
  bothEmpty: 'both_empty',
  oneEmpty: 'one_empty',
  failed: 'failed',
  overBudget: 'over_budget',
} as const;
export type EmbeddedOutcome = (typeof EMBEDDED)[keyof typeof EMBEDDED];
export const FEEDBACK_PREFIX = 'feedback.';

export const EMPTY_TALLY: Tally = {
  requests: 0,
  errors: 0,
  latency: EMPTY_SKETCH,
  compared: 0,
  agreed: 0,
  dropped: 0,
  measures: {},
  histograms: {},
};

/** Adds up tallies. The order does not matter (but to the last digits of means). */
export function mergeTallies(tallies: readonly Tally[]): Tally {
  if (tallies.length === 1 && tallies[0]) return tallies[0];
  const sum = (pick: (tally: Tally) => number): number =>
    tallies.reduce((total, tally) => total + pick(tally), 0);
  return {
    requests: sum((t) => t.requests),
    errors: sum((t) => t.errors),
    latency: mergeSketches(tallies.map((t) => t.latency)),
    ...sketchesIn(tallies),
    ...blocksIn(tallies),
    ...pointsIn(tallies),
    compared: sum((t) => t.compared),
    agreed: sum((t) => t.agreed),
    dropped: sum((t) => t.dropped),
    measures: mergeRecords(
      tallies.map((t) => t.measures),
      mergeMoments,
    ),
    histograms: mergeRecords(
      tallies.map((t) => t.histograms),
      (bins) => mergeRecords(bins, (counts) => counts.reduce((a, b) => a + b, 0)),
    ),
  };
}

/** Left out where there are none, as most models stream nothing. */
function sketchesIn(tallies: readonly Tally[]): Pick<Tally, 'sketches'> {
  const records = tallies.flatMap(({ sketches }) => (sketches ? [sketches] : []));
  return records.length === 0 ? {} : { sketches: mergeRecords(records, mergeSketches) };
}

/** Left out where nobody has said any. */
function blocksIn(tallies: readonly Tally[]): Pick<Tally, 'blocks' | 'units'> {
  const blocks = tallies.flatMap((tally) => (tally.blocks ? [tally.blocks] : []));
  const units = tallies.flatMap((tally) => (tally.units ? [tally.units] : []));
  return {
    ...(blocks.length > 0 && { blocks: mergeRecords(blocks, (parts) => mergeBlocks(parts)) }),
    ...(units.length > 0 && { units: mergeUnits(units) }),
  };
}

/** Left out where no gate asks for any. */
function pointsIn(tallies: readonly Tally[]): Pick<Tally, 'points'> {
  const records = tallies.flatMap(({ points }) => (points ? [points] : []));
  return records.length === 0 ? {} : { points: mergeRecords(records, addPoints) };
}

/** What one tally may hold. */
export interface TallyBounds {
  /** Measures, and histograms. */
  readonly names: number;
  /** Bins of each histogram. */
  readonly bins: number;
  /** The bin of a name that finds no room (`overflowBin`). */
  readonly overflow: (name: string) => string;
}

/**
 * Bounds the names of a sum by those that were known before: new measures and histograms beyond are left out,
 * new bins beyond are added to their `overflow`. Counts of requests stay as they are.
 */
export function boundTally(known: Tally, sum: Tally, { names, bins, overflow }: TallyBounds): Tally {
  const histograms = withinNames(known.histograms, sum.histograms, names).map(
    ([name, all]): [string, Bins] => {
      const before = Object.hasOwn(known.histograms, name) ? (known.histograms[name] ?? {}) : {};
      const kept = new Map(withinNames(before, all, bins));
      for (const [bin, count] of Object.entries(all)) {
        if (kept.has(bin)) continue;
        const other = overflow(bin);
        kept.set(other, (kept.get(other) ?? 0) + count);
      }
      return [name, Object.fromEntries(kept)];
    },
  );
  return {
    ...sum,
    ...(sum.sketches && {
      sketches: Object.fromEntries(withinNames(known.sketches ?? {}, sum.sketches, names)),
    }),
    ...(sum.points && { points: Object.fromEntries(withinNames(known.points ?? {}, sum.points, names)) }),
    ...(sum.blocks && { blocks: Object.fromEntries(withinNames(known.blocks ?? {}, sum.blocks, names)) }),
    measures: Object.fromEntries(withinNames(known.measures, sum.measures, names)),
    histograms: Object.fromEntries(histograms),
  };
}

function withinNames<T>(
  known: Readonly<Record<string, unknown>>,
  all: Readonly<Record<string, T>>,
  most: number,
): [string, T][] {
  const entries = Object.entries(all);
  if (entries.length <= most) return entries;
  const before = entries.filter(([name]) => Object.hasOwn(known, name));
  const free = Math.max(0, most - before.length);
  return [...before, ...entries.filter(([name]) => !Object.hasOwn(known, name)).slice(0, free)];
}

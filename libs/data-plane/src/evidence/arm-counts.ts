import { LIMITS } from '#libs/gateway-protocol';
import {
  addValue,
  BLOCKED,
  bucketIndex,
  coarseBucket,
  coarseOf,
  HISTOGRAM,
  MEASURE,
  type Moments,
  NO_MOMENTS,
  OVERFLOW_BINS,
  overflowBin,
  peersName,
  pointsAround,
  SKETCH,
} from '#libs/stats';
import { LARGEST_NUMBER, type RowCounts } from '#libs/traffic';
import { BlockLog } from './block-log.ts';
import type { FairShare, Share } from './fair-share.ts';
import { KeptTraces } from './kept-traces.ts';
import type { CountedRoute, Observed } from './observed.ts';
import type { Outcome } from './outcome.ts';

/** Bins of one histogram; what comes on top is counted in the bin that it falls to (`overflowBin`). */
const MOST_BINS = LIMITS.bins - OVERFLOW_BINS;
/** Of one entry, beside those of its groups of units. */
const MOST_HISTOGRAMS = LIMITS.names - 2;
/** Measures that a gate judges by their mean. */
const TOGETHER: ReadonlySet<string> = new Set([
  MEASURE.schemaViolation,
  MEASURE.outputTokens,
  MEASURE.editDistance,
  MEASURE.cost,
  MEASURE.outputTokensPerSecond,
  MEASURE.totalTokens,
  MEASURE.inputTokens,
  MEASURE.rankCorrelation,
  MEASURE.scoreDelta,
  MEASURE.primaryFailed,
  MEASURE.failedApart,
]);

/** Differences of what is read, too. */
const MOST_MEASURED = 4 * LARGEST_NUMBER;

/** What the counts of an arm share with those of the others. */
export interface Shared {
  /** The time of day, in ms since 1970. */
  readonly now: () => number;
  /** Bins of all entries. */
  readonly bins: FairShare;
}

/** What is counted of one arm of a rollout, under one revision of its route: of everybody, or of a segment. */
export class ArmCounts {
  requests = 0;
  errors = 0;
  latencies = 0;
  /** By the bucket's number. */
  readonly buckets = new Map<number, number>();
  readonly sketches = new Map<string, Map<number, number>>();
  compared = 0;
  agreed = 0;
  dropped = 0;
  readonly measures = new Map<string, Moments>();
  readonly histograms = new Map<string, Map<string, number>>();
  /** Of measures that a gate bounds; the grid bounds them. */
  readonly points = new Map<string, Map<string, number>>();
  traces: KeptTraces | null = null;
  /** Of everybody. */
  readonly together: BlockLog | null;
  /** By group of units: a place for each, which no label of a peer can take. */
  readonly unitRequests: number[] = [];
  readonly unitErrors: number[] = [];

  /** @param ownBins its model's, of the bins of all */
  constructor(
    private readonly shared: Shared,
    private readonly ownBins: Share,
    isOfEverybody: boolean,
  ) {
    this.together = isOfEverybody ? new BlockLog() : null;
  }

  add(outcome: Omit<Outcome, 'segments'>): void {
    this.requests++;
    if (outcome.trace !== undefined) (this.traces ??= new KeptTraces()).offer(outcome.trace, outcome.failed);
    if (outcome.failed) this.errors++;
    this.latencies++;
    const bucket = bucketIndex(timeOf(outcome.latencyMs));
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + 1);
    if (outcome.ttftMs !== undefined) this.addToSketch(SKETCH.ttft, outcome.ttftMs);
    if (outcome.interTokenMs !== undefined) this.addToSketch(SKETCH.interToken, outcome.interTokenMs);
    if (outcome.comparison === 'agree' || outcome.comparison === 'disagree') this.compared++;
    if (outcome.comparison === 'agree') this.agreed++;
    if (outcome.rows) this.addRows(outcome.rows, outcome.unitGroup);
    if (this.together) this.addTogether(this.together, outcome, bucket);
    const { unitGroup } = outcome;
    this.unitRequests[unitGroup] = (this.unitRequests[unitGroup] ?? 0) + 1;
    if (!outcome.failed) return;
    this.unitErrors[unitGroup] = (this.unitErrors[unitGroup] ?? 0) + 1;
    if (outcome.reason) this.addToBin(HISTOGRAM.failures, outcome.reason);
  }

  /** @param unitGroup of its unit; `undefined`: nobody knows */
  observe(points: Points, { measures, histograms }: Observed, unitGroup: number | undefined): void {
    for (const [name, value] of measures) {
      // What is no number of a model (1e308 would drown every sum) is read as none: `readOutput` says so too.
      if (Math.abs(value) > MOST_MEASURED || Number.isNaN(value)) continue;
      if (!this.measures.has(name) && this.measures.size >= LIMITS.names) continue;
      this.measures.set(name, addValue(this.measures.get(name) ?? NO_MOMENTS, value));
      if (points?.includes(name)) this.addToPoints(name, value);
      if (this.together && unitGroup !== undefined && TOGETHER.has(name))
        this.together.addValue(name, this.shared.now(), unitGroup, value);
    }
    for (const [name, bin] of histograms) this.addToBin(name, bin);
  }

  addToBin(name: string, said: string): void {
    const bin = peersName(said);
    let bins = this.histograms.get(name);
    if (!bins) {
      if (this.histograms.size >= MOST_HISTOGRAMS) return;
      this.histograms.set(name, (bins = new Map()));
    }
    const isKnown = bins.has(bin) || (bins.size < MOST_BINS && this.shared.bins.take(1, this.ownBins));
    const which = isKnown ? bin : overflowBin(bin);
    bins.set(which, (bins.get(which) ?? 0) + 1);
  }

  /** The rows of one request are not independent of each other, so the request is what counts: by the share of its rows that disagree. */
  private addRows({ compared, agreed }: RowCounts, unitGroup: number): void {
    if (compared === 0) return;
    const [name, share] = [MEASURE.rowDisagreement, (compared - agreed) / compared];
    this.measures.set(name, addValue(this.measures.get(name) ?? NO_MOMENTS, share));
    this.addToPoints(name, share);
    this.together?.addValue(name, this.shared.now(), unitGroup, share);
  }

  /** @param bucket of its latency */
  private addTogether(together: BlockLog, outcome: Omit<Outcome, 'segments'>, bucket: number): void {
    const now = this.shared.now();
    const { failed, unitGroup, unitHash, comparison } = outcome;
    together.addInTime(BLOCKED.error, now, failed ? 1 : 0);
    const time = (name: string, ms: number | undefined): void => {
      if (ms !== undefined) together.addTime(name, now, unitGroup, coarseBucket(timeOf(ms)));
    };
    together.addTime(BLOCKED.latency, now, unitGroup, coarseOf(bucket));
    time(SKETCH.ttft, outcome.ttftMs);
    time(SKETCH.interToken, outcome.interTokenMs);
    if (comparison === 'agree' || comparison === 'disagree')
      together.addValue(BLOCKED.agreed, now, unitGroup, comparison === 'agree' ? 1 : 0);
    if (unitHash !== undefined) together.addUnit(unitHash);
  }

  /** Of times that streams take: their names are ours, and their buckets bounded by their range. */
  private addToSketch(name: string, ms: number): void {
    let buckets = this.sketches.get(name);
    if (!buckets) this.sketches.set(name, (buckets = new Map()));
    const bucket = bucketIndex(timeOf(ms));
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }

  private addToPoints(name: string, value: number): void {
    let all = this.points.get(name);
    if (!all) this.points.set(name, (all = new Map()));
    for (const [point, weight] of pointsAround(value)) all.set(point, (all.get(point) ?? 0) + weight);
  }
}

type Points = NonNullable<CountedRoute['reading']>['points'];
/** Milliseconds; what is no time is none. */
const timeOf = (ms: number): number => (Number.isFinite(ms) ? Math.max(0, ms) : 0);

import { type EvidenceEntry, LIMITS, type ServedRequest } from '#libs/gateway-protocol';
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
  type Sketch,
} from '#libs/stats';
import { LARGEST_NUMBER, type Arm, type RowCounts } from '#libs/traffic';
import { BlockLog } from './block-log.ts';
import { FairShare, type Share } from './fair-share.ts';
import type { CountedRoute as Route, Observed } from './observed.ts';
import type { Reason } from './reason.ts';
import { underStorableNames } from './storable-names.ts';
import { ServedRequests } from './served-requests.ts';
import { KeptTraces } from './kept-traces.ts';

interface Counts {
  requests: number;
  errors: number;
  latencies: number;
  /** By the bucket's number. */
  readonly buckets: Map<number, number>;
  readonly sketches: Map<string, Map<number, number>>;
  compared: number;
  agreed: number;
  dropped: number;
  measures: Map<string, Moments>;
  histograms: Map<string, Map<string, number>>;
  /** Of measures that a gate bounds; the grid bounds them. */
  readonly points: Map<string, Map<string, number>>;
  traces: KeptTraces | null;
  /** Of everybody. */
  readonly together: BlockLog | null;
  /** By group of units: a place for each, which no label of a peer can take. */
  readonly unitRequests: number[];
  readonly unitErrors: number[];
  /** Its model's, of the bins of all. */
  readonly bins: Share;
}

/** What one request adds. */
export interface Outcome {
  readonly failed: boolean;
  /** Of a failed one. */
  readonly reason?: Reason | undefined;
  /** From the request to the last byte of the answer (`AnswerClock`). */
  readonly latencyMs: number;
  /** Of a stream: from the request to its first event. */
  readonly ttftMs?: number | undefined;
  /** Of a stream of two events or more: the mean time from one to the next. */
  readonly interTokenMs?: number | undefined;
  readonly comparison?: 'agree' | 'disagree' | 'incomparable';
  /** Of a comparison by rows: how many were compared, and agreed. */
  readonly rows?: RowCounts | undefined;
  /** A group of units that this request's unit belongs to. */
  readonly unitGroup: number;
  /** Of its unit (`unitHash`), to count distinct ones. */
  readonly unitHash?: number | undefined;
  /** `<gate>=<value>` of each segment that it belongs to. */
  readonly segments: readonly string[];
  /** Its span, where that is recorded. */
  readonly trace?: string | undefined;
}

/** Bins of one histogram; what comes on top is counted in the bin that it falls to (`overflowBin`). */
const MOST_BINS = LIMITS.bins - OVERFLOW_BINS;
/** Bins of all entries: memory that peers' names can take. Where a model has its share, new ones count where they fall to. */
const MOST_BINS_HELD = 500_000;
/** (rollout, revision, arm, segment) that are held: more than that, and their requests are lost; segments by shares. */
const MOST_ENTRIES = 10_000;
/** Of these entries; what is counted for everybody always has the rest. */
const MOST_SEGMENTS = 0.9 * MOST_ENTRIES;
/** Of one entry, beside those of its groups of units. */
const MOST_HISTOGRAMS = LIMITS.names - 2;
const EVERYBODY = '';
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

/**
 * Adds up outcomes per (rollout, revision, arm, segment). Its size does not grow with the requests,
 * so it can wait for the api as long as it must.
 */
export class EvidenceCollector {
  private lostRequests = 0;
  private droppedCopies = 0;
  private bins = new FairShare(MOST_BINS_HELD);
  private segments = new FairShare(MOST_SEGMENTS);
  private readonly servedRequests = new ServedRequests();
  private everybody = new Map<Route, Partial<Record<Arm, readonly Counts[]>>>();
  private counts = new Map<string, { route: Route; arm: Arm; segment: string; counts: Counts }>();

  /** @param now the time of day, in ms since 1970: what arms have in common at a moment is told by it */
  constructor(private readonly now: () => number = Date.now) {}

  count(route: Route, arm: Arm, outcome: Outcome): void {
    const all = this.all(route, arm, outcome.segments);
    if (all.length === 0 && route.rolloutId !== null) this.lostRequests++;
    for (const counts of all) this.add(counts, outcome);
  }

  /** Counts a request that is counted in one more segment, known only now: the class that its answer names. */
  countAlso(route: Route, arm: Arm, segment: string, outcome: Omit<Outcome, 'segments'>): void {
    const counts = route.rolloutId === null ? null : this.of(route, arm, segment);
    if (counts) this.add(counts, outcome);
  }

  private add(counts: Counts, outcome: Omit<Outcome, 'segments'>): void {
    counts.requests++;
    if (outcome.trace !== undefined)
      (counts.traces ??= new KeptTraces()).offer(outcome.trace, outcome.failed);
    if (outcome.failed) counts.errors++;
    counts.latencies++;
    const bucket = bucketIndex(timeOf(outcome.latencyMs));
    counts.buckets.set(bucket, (counts.buckets.get(bucket) ?? 0) + 1);
    if (outcome.ttftMs !== undefined) addToSketch(counts, SKETCH.ttft, outcome.ttftMs);
    if (outcome.interTokenMs !== undefined) addToSketch(counts, SKETCH.interToken, outcome.interTokenMs);
    if (outcome.comparison === 'agree' || outcome.comparison === 'disagree') counts.compared++;
    if (outcome.comparison === 'agree') counts.agreed++;
    if (outcome.rows) this.addRows(counts, outcome.rows, outcome.unitGroup);
    if (counts.together) this.addTogether(counts.together, outcome, bucket);
    const { unitGroup } = outcome;
    counts.unitRequests[unitGroup] = (counts.unitRequests[unitGroup] ?? 0) + 1;
    if (!outcome.failed) return;
    counts.unitErrors[unitGroup] = (counts.unitErrors[unitGroup] ?? 0) + 1;
    if (outcome.reason) this.addToBin(counts, HISTOGRAM.failures, outcome.reason);
  }

  /** The rows of one request are not independent of each other, so the request is what counts: by the share of its rows that disagree. */
  private addRows(counts: Counts, { compared, agreed }: RowCounts, unitGroup: number): void {
    if (compared === 0) return;
    const [name, share] = [MEASURE.rowDisagreement, (compared - agreed) / compared];
    counts.measures.set(name, addValue(counts.measures.get(name) ?? NO_MOMENTS, share));
    addToPoints(counts.points, name, share);
    counts.together?.addValue(name, this.now(), unitGroup, share);
  }

  /** @param bucket of its latency */
  private addTogether(together: BlockLog, outcome: Omit<Outcome, 'segments'>, bucket: number): void {
    const now = this.now();
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

  /**
   * What was read of a request that is counted, or will be.
   * @param unitGroup of its unit; `undefined`: nobody knows
   */
  observe(route: Route, arm: Arm, segments: readonly string[], observed: Observed, unitGroup?: number): void {
    for (const counts of this.all(route, arm, segments)) {
      for (const [name, value] of observed.measures) {
        // What is no number of a model (1e308 would drown every sum) is read as none: `readOutput` says so too.
        if (Math.abs(value) > MOST_MEASURED || Number.isNaN(value)) continue;
        if (!counts.measures.has(name) && counts.measures.size >= LIMITS.names) continue;
        counts.measures.set(name, addValue(counts.measures.get(name) ?? NO_MOMENTS, value));
        if (route.reading?.points?.includes(name)) addToPoints(counts.points, name, value);
        if (counts.together && unitGroup !== undefined && TOGETHER.has(name))
          counts.together.addValue(name, this.now(), unitGroup, value);
      }
      for (const [name, bin] of observed.histograms) this.addToBin(counts, name, bin);
    }
  }

  /** The primary has answered a request of the candidate. */
  replaced(route: Route, segments: readonly string[], reason: Reason): void {
    for (const counts of this.all(route, 'candidate', segments))
      this.addToBin(counts, HISTOGRAM.replaced, reason);
  }

  /** Notes who served a request, where feedback may name it by its id only. */
  served(route: Route, arm: 'primary' | 'candidate', requestId: string, segments: readonly string[]): void {
    if (route.rolloutId === null || !route.reading?.requestIds) return;
    const { rolloutId, revision, model } = route;
    this.servedRequests.add({ requestId, model, rolloutId, revision, arm, segments });
  }

  drainServed(): ServedRequest[] {
    return this.servedRequests.drain();
  }

  /** Request ids that were not noted so far. */
  get droppedIds(): number {
    return this.servedRequests.dropped;
  }

  /** A copy for the shadow that was not sent, because the shadow could not keep up. */
  drop(route: Route): void {
    this.droppedCopies++;
    for (const counts of this.all(route, 'shadow', [])) counts.dropped++;
  }

  /** Copies that were not sent, or not compared, so far. */
  get dropped(): number {
    return this.droppedCopies;
  }

  /** Requests whose evidence is lost so far. */
  get lost(): number {
    return this.lostRequests;
  }

  /** Evidence that was drained and cannot be delivered. */
  lose(entries: readonly EvidenceEntry[]): void {
    // Segments repeat what is counted for everybody.
    for (const { segment, tally } of entries) if (segment === undefined) this.lostRequests += tally.requests;
  }

  /** Everything since the last call. */
  drain(): EvidenceEntry[] {
    const drained = [...this.counts.values()];
    this.counts = new Map();
    this.everybody = new Map();
    this.bins = new FairShare(MOST_BINS_HELD);
    this.segments = new FairShare(MOST_SEGMENTS);
    return drained.map(({ route, arm, segment, counts }) => {
      const {
        latencies,
        buckets,
        sketches,
        measures,
        histograms,
        points,
        traces,
        together,
        unitRequests,
        unitErrors,
        bins: _share,
        ...rest
      } = counts;
      return {
        rolloutId: route.rolloutId ?? '',
        revision: route.revision,
        arm,
        ...(segment === EVERYBODY ? {} : { segment }),
        ...(segment === EVERYBODY && traces !== null ? { traces: traces.names } : {}),
        tally: {
          ...rest,
          latency: { count: latencies, buckets: Object.fromEntries(buckets) },
          ...(sketches.size === 0 ? {} : { sketches: sketchesOf(sketches) }),
          ...(points.size === 0 ? {} : { points: plain(points) }),
          ...togetherOf(together),
          measures: Object.fromEntries(underStorableNames(measures, LIMITS.name, ([first]) => first)),
          histograms: Object.fromEntries([
            ...groupsOf(HISTOGRAM.unitRequests, unitRequests),
            ...groupsOf(HISTOGRAM.unitErrors, unitErrors),
            ...underStorableNames(histograms, LIMITS.name, ([first]) => first).map(([name, bins]) => [
              name,
              Object.fromEntries(underStorableNames(bins, LIMITS.bin, addUp)),
            ]),
          ]),
        },
      };
    });
  }

  private all(route: Route, arm: Arm, segments: readonly string[]): readonly Counts[] {
    if (route.rolloutId === null) return []; // nobody judges this model now
    const everybody = this.ofEverybody(route, arm);
    if (segments.length === 0) return everybody;
    return [...everybody, ...segments.flatMap((segment) => this.of(route, arm, segment) ?? [])];
  }

  /** Of most requests; looked up by the route itself, which is the same for thousands of them. */
  private ofEverybody(route: Route, arm: Arm): readonly Counts[] {
    let arms = this.everybody.get(route);
    if (!arms) this.everybody.set(route, (arms = {}));
    const known = arms[arm];
    if (known) return known;
    const counts = this.of(route, arm, EVERYBODY);
    return counts === null ? [] : (arms[arm] = [counts]);
  }

  /** `null`: no room is left. Segments leave some to what is counted for everybody, and to other models' segments. */
  private of(route: Route, arm: Arm, segment: string): Counts | null {
    const key = `${route.rolloutId} ${route.revision} ${arm} ${segment}`;
    const known = this.counts.get(key);
    if (known) return known.counts;
    if (this.counts.size >= MOST_ENTRIES) return null;
    if (segment !== EVERYBODY && !this.segments.take(1, this.segments.shareOf(route.model))) return null;
    const counts: Counts = {
      ...{ requests: 0, errors: 0, latencies: 0, compared: 0, agreed: 0, dropped: 0 },
      buckets: new Map<number, number>(),
      sketches: new Map<string, Map<number, number>>(),
      measures: new Map<string, Moments>(),
      histograms: new Map<string, Map<string, number>>(),
      points: new Map<string, Map<string, number>>(),
      traces: null,
      together: segment === EVERYBODY ? new BlockLog() : null,
      unitRequests: [],
      unitErrors: [],
      bins: this.bins.shareOf(route.model),
    };
    this.counts.set(key, { route, arm, segment, counts });
    return counts;
  }

  private addToBin(counts: Counts, name: string, said: string): void {
    const bin = peersName(said);
    let bins = counts.histograms.get(name);
    if (!bins) {
      if (counts.histograms.size >= MOST_HISTOGRAMS) return;
      counts.histograms.set(name, (bins = new Map()));
    }
    const isKnown = bins.has(bin) || (bins.size < MOST_BINS && this.bins.take(1, counts.bins));
    const which = isKnown ? bin : overflowBin(bin);
    bins.set(which, (bins.get(which) ?? 0) + 1);
  }
}

const addUp = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

/** Of times that streams take: their names are ours, and their buckets bounded by their range. */
function addToSketch(counts: Counts, name: string, ms: number): void {
  let buckets = counts.sketches.get(name);
  if (!buckets) counts.sketches.set(name, (buckets = new Map()));
  const bucket = bucketIndex(timeOf(ms));
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
}

function addToPoints(points: Map<string, Map<string, number>>, name: string, value: number): void {
  let all = points.get(name);
  if (!all) points.set(name, (all = new Map()));
  for (const [point, weight] of pointsAround(value)) all.set(point, (all.get(point) ?? 0) + weight);
}
const plain = (named: ReadonlyMap<string, ReadonlyMap<string, number>>) =>
  Object.fromEntries([...named].map(([name, counts]) => [name, Object.fromEntries(counts)]));

/** A histogram of groups of units; none where there is nothing in it. */
function groupsOf(name: string, counts: readonly number[]): [string, Record<string, number>][] {
  const bins = counts.flatMap((count, group) => (count > 0 ? [[String(group), count] as const] : []));
  return bins.length === 0 ? [] : [[name, Object.fromEntries(bins)]];
}

const sketchesOf = (sketches: ReadonlyMap<string, ReadonlyMap<number, number>>): Record<string, Sketch> =>
  Object.fromEntries(
    [...sketches].map(([name, buckets]) => [
      name,
      { count: addUp([...buckets.values()]), buckets: Object.fromEntries(buckets) },
    ]),
  );

/** Left out where there is nothing. */
function togetherOf(together: BlockLog | null): Pick<EvidenceEntry['tally'], 'blocks' | 'units'> {
  if (together === null) return {};
  const { blocks, units } = together;
  return {
    ...(Object.keys(blocks).length > 0 && { blocks }),
    ...(units.length > 0 && { units }),
  };
}

/** Differences of what is read, too. */
const MOST_MEASURED = 4 * LARGEST_NUMBER;
/** Milliseconds; what is no time is none. */
const timeOf = (ms: number): number => (Number.isFinite(ms) ? Math.max(0, ms) : 0);

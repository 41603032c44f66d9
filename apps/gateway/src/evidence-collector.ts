import { addValue, bucketIndex, HISTOGRAM, type Moments, NO_MOMENTS, type Tally } from '#libs/stats';
import { OTHER, type Arm, type Route } from '#libs/traffic';
import type { Observed } from './observe-exchange.ts';

/** Counts of one arm under one route revision, of everybody or of a segment, on their way to the api. */
export interface EvidenceEntry {
  readonly rolloutId: string;
  readonly revision: number;
  readonly arm: Arm;
  readonly segment?: string;
  readonly tally: Tally;
}

interface Counts {
  requests: number;
  errors: number;
  latencies: number;
  buckets: Record<string, number>;
  compared: number;
  agreed: number;
  dropped: number;
  measures: Map<string, Moments>;
  histograms: Map<string, Map<string, number>>;
}

/** What one request adds. */
export interface Outcome {
  readonly failed: boolean;
  /** Until the whole answer was there. */
  readonly latencyMs: number;
  readonly comparison?: 'agree' | 'disagree' | 'incomparable';
  /** A group of units that this request's unit belongs to. */
  readonly unitGroup: number;
  /** `<gate>=<value>` of each segment that it belongs to. */
  readonly segments: readonly string[];
}

/** One request whose feedback may come by its id. */
export interface ServedRequest {
  readonly requestId: string;
  readonly model: string;
  readonly rolloutId: string;
  readonly revision: number;
  readonly arm: 'primary' | 'candidate';
  readonly segments: readonly string[];
}

/** Request ids between two batches; what comes on top can give feedback by receipt or unit only. */
const MOST_SERVED = 2_000;
/** Bins of one histogram; what comes on top is counted as other. */
const MOST_BINS = 60;
/** What the api takes in one batch: more (rollout, revision, arm, segment) than that, and their requests are lost. */
const MOST_ENTRIES = 10_000;
const EVERYBODY = '';

/**
 * Adds up outcomes per (rollout, revision, arm, segment). Its size does not grow with the requests,
 * so it can wait for the api as long as it must.
 */
export class EvidenceCollector {
  private lostRequests = 0;
  private droppedCopies = 0;
  private servedRequests: ServedRequest[] = [];
  private everybody = new Map<Route, Partial<Record<Arm, readonly Counts[]>>>();
  private counts = new Map<string, { route: Route; arm: Arm; segment: string; counts: Counts }>();

  count(route: Route, arm: Arm, outcome: Outcome): void {
    const all = this.all(route, arm, outcome.segments);
    if (all.length === 0 && route.rolloutId !== null) this.lostRequests++;
    for (const counts of all) {
      counts.requests++;
      if (outcome.failed) counts.errors++;
      counts.latencies++;
      const bucket = String(bucketIndex(Math.max(0, outcome.latencyMs)));
      counts.buckets[bucket] = (counts.buckets[bucket] ?? 0) + 1;
      if (outcome.comparison === 'agree' || outcome.comparison === 'disagree') counts.compared++;
      if (outcome.comparison === 'agree') counts.agreed++;
      const group = String(outcome.unitGroup);
      addToBin(counts, HISTOGRAM.unitRequests, group);
      if (outcome.failed) addToBin(counts, HISTOGRAM.unitErrors, group);
    }
  }

  /** What was read of a request that is counted, or will be. */
  observe(route: Route, arm: Arm, segments: readonly string[], observed: Observed): void {
    for (const counts of this.all(route, arm, segments)) {
      for (const [name, value] of observed.measures)
        counts.measures.set(name, addValue(counts.measures.get(name) ?? NO_MOMENTS, value));
      for (const [name, bin] of observed.histograms) addToBin(counts, name, bin);
    }
  }

  /** Notes who served a request, where feedback may name it by its id only. */
  served(route: Route, arm: 'primary' | 'candidate', requestId: string, segments: readonly string[]): void {
    if (route.rolloutId === null || !route.reading?.requestIds || this.servedRequests.length >= MOST_SERVED)
      return;
    const { rolloutId, revision, model } = route;
    this.servedRequests.push({ requestId, model, rolloutId, revision, arm, segments });
  }

  drainServed(): ServedRequest[] {
    const served = this.servedRequests;
    this.servedRequests = [];
    return served;
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
    return drained.map(({ route, arm, segment, counts }) => {
      const { latencies, buckets, measures, histograms, ...rest } = counts;
      return {
        rolloutId: route.rolloutId ?? '',
        revision: route.revision,
        arm,
        ...(segment === EVERYBODY ? {} : { segment }),
        tally: {
          ...rest,
          latency: { count: latencies, buckets },
          measures: Object.fromEntries(measures),
          histograms: Object.fromEntries(
            [...histograms].map(([name, bins]) => [name, Object.fromEntries(bins)]),
          ),
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

  /** `null`: no room is left. Segments leave some to what is counted for everybody. */
  private of(route: Route, arm: Arm, segment: string): Counts | null {
    const key = `${route.rolloutId} ${route.revision} ${arm} ${segment}`;
    const known = this.counts.get(key);
    if (known) return known.counts;
    if (this.counts.size >= (segment === EVERYBODY ? MOST_ENTRIES : MOST_ENTRIES * 0.9)) return null;
    const counts: Counts = {
      ...{ requests: 0, errors: 0, latencies: 0, buckets: {}, compared: 0, agreed: 0, dropped: 0 },
      measures: new Map<string, Moments>(),
      histograms: new Map<string, Map<string, number>>(),
    };
    this.counts.set(key, { route, arm, segment, counts });
    return counts;
  }
}

function addToBin(counts: Counts, name: string, bin: string): void {
  let bins = counts.histograms.get(name);
  if (!bins) counts.histograms.set(name, (bins = new Map()));
  const which = bins.has(bin) || bins.size < MOST_BINS ? bin : OTHER;
  bins.set(which, (bins.get(which) ?? 0) + 1);
}

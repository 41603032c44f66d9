import type { EvidenceEntry, ServedRequest } from '#libs/gateway-protocol';
import { HISTOGRAM } from '#libs/stats';
import type { Arm } from '#libs/traffic';
import { ArmCounts } from './arm-counts.ts';
import { FairShare } from './fair-share.ts';
import type { CountedRoute as Route, Observed } from './observed.ts';
import type { Outcome } from './outcome.ts';
import type { Reason } from './reason.ts';
import { ServedRequests } from './served-requests.ts';
import { tallyOf } from './tally-of-counts.ts';

/** Bins of all entries: memory that peers' names can take. Where a model has its share, new ones count where they fall to. */
const MOST_BINS_HELD = 500_000;
/** (rollout, revision, arm, segment) that are held: more than that, and their requests are lost; segments by shares. */
const MOST_ENTRIES = 10_000;
/** Of these entries; what is counted for everybody always has the rest. */
const MOST_SEGMENTS = 0.9 * MOST_ENTRIES;
const EVERYBODY = '';

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
  private everybody = new Map<Route, Partial<Record<Arm, readonly ArmCounts[]>>>();
  private counts = new Map<string, { route: Route; arm: Arm; segment: string; counts: ArmCounts }>();

  /** @param now the time of day, in ms since 1970: what arms have in common at a moment is told by it */
  constructor(private readonly now: () => number = Date.now) {}

  count(route: Route, arm: Arm, outcome: Outcome): void {
    const all = this.all(route, arm, outcome.segments);
    if (all.length === 0 && route.rolloutId !== null) this.lostRequests++;
    for (const counts of all) counts.add(outcome);
  }

  /** Counts a request that is counted in one more segment, known only now: the class that its answer names. */
  countAlso(route: Route, arm: Arm, segment: string, outcome: Omit<Outcome, 'segments'>): void {
    const counts = route.rolloutId === null ? null : this.of(route, arm, segment);
    counts?.add(outcome);
  }

  /**
   * What was read of a request that is counted, or will be.
   * @param unitGroup of its unit; `undefined`: nobody knows
   */
  observe(route: Route, arm: Arm, segments: readonly string[], observed: Observed, unitGroup?: number): void {
    for (const counts of this.all(route, arm, segments))
      counts.observe(route.reading?.points, observed, unitGroup);
  }

  /** The primary has answered a request of the candidate. */
  replaced(route: Route, segments: readonly string[], reason: Reason): void {
    for (const counts of this.all(route, 'candidate', segments)) counts.addToBin(HISTOGRAM.replaced, reason);
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
    return drained.map(({ route, arm, segment, counts }) => ({
      rolloutId: route.rolloutId ?? '',
      revision: route.revision,
      arm,
      ...(segment === EVERYBODY ? {} : { segment }),
      ...(segment === EVERYBODY && counts.traces !== null ? { traces: counts.traces.names } : {}),
      tally: tallyOf(counts),
    }));
  }

  private all(route: Route, arm: Arm, segments: readonly string[]): readonly ArmCounts[] {
    if (route.rolloutId === null) return []; // nobody judges this model now
    const everybody = this.ofEverybody(route, arm);
    if (segments.length === 0) return everybody;
    return [...everybody, ...segments.flatMap((segment) => this.of(route, arm, segment) ?? [])];
  }

  /** Of most requests; looked up by the route itself, which is the same for thousands of them. */
  private ofEverybody(route: Route, arm: Arm): readonly ArmCounts[] {
    let arms = this.everybody.get(route);
    if (!arms) this.everybody.set(route, (arms = {}));
    const known = arms[arm];
    if (known) return known;
    const counts = this.of(route, arm, EVERYBODY);
    return counts === null ? [] : (arms[arm] = [counts]);
  }

  /** `null`: no room is left. Segments leave some to what is counted for everybody, and to other models' segments. */
  private of(route: Route, arm: Arm, segment: string): ArmCounts | null {
    const key = `${route.rolloutId} ${route.revision} ${arm} ${segment}`;
    const known = this.counts.get(key);
    if (known) return known.counts;
    if (this.counts.size >= MOST_ENTRIES) return null;
    if (segment !== EVERYBODY && !this.segments.take(1, this.segments.shareOf(route.model))) return null;
    const shared = { now: this.now, bins: this.bins };
    const counts = new ArmCounts(shared, this.bins.shareOf(route.model), segment === EVERYBODY);
    this.counts.set(key, { route, arm, segment, counts });
    return counts;
  }
}

import { bucketIndex, type Tally } from '#libs/stats';
import type { Arm, Route } from '#libs/traffic';

/** Counts of one arm under one route revision, on their way to the api. */
export interface EvidenceEntry {
  readonly rolloutId: string;
  readonly revision: number;
  readonly arm: Arm;
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
}

/** What one request adds. */
export interface Outcome {
  readonly failed: boolean;
  /** Until the whole answer was there. */
  readonly latencyMs: number;
  readonly comparison?: 'agree' | 'disagree' | 'incomparable';
}

/**
 * Adds up outcomes per (rollout, revision, arm). Its size does not grow with the requests, so it can
 * wait for the api as long as it must.
 */
export class EvidenceCollector {
  private counts = new Map<string, { route: Route; arm: Arm; counts: Counts }>();

  count(route: Route, arm: Arm, outcome: Outcome): void {
    const counts = this.of(route, arm);
    if (!counts) return;
    counts.requests++;
    if (outcome.failed) counts.errors++;
    counts.latencies++;
    const bucket = String(bucketIndex(Math.max(0, outcome.latencyMs)));
    counts.buckets[bucket] = (counts.buckets[bucket] ?? 0) + 1;
    if (outcome.comparison === 'agree' || outcome.comparison === 'disagree') counts.compared++;
    if (outcome.comparison === 'agree') counts.agreed++;
  }

  /** A copy for the shadow that was not sent, because the shadow could not keep up. */
  drop(route: Route): void {
    const counts = this.of(route, 'shadow');
    if (counts) counts.dropped++;
  }

  /** Everything since the last call. */
  drain(): EvidenceEntry[] {
    const drained = [...this.counts.values()];
    this.counts = new Map();
    return drained.map(({ route, arm, counts: { latencies, buckets, ...rest } }) => ({
      rolloutId: route.rolloutId ?? '',
      revision: route.revision,
      arm,
      tally: { ...rest, latency: { count: latencies, buckets }, measures: {}, histograms: {} },
    }));
  }

  private of(route: Route, arm: Arm): Counts | null {
    if (route.rolloutId === null) return null; // nobody judges this model now
    const key = `${route.rolloutId} ${route.revision} ${arm}`;
    let entry = this.counts.get(key);
    if (!entry) {
      entry = {
        route,
        arm,
        counts: { requests: 0, errors: 0, latencies: 0, buckets: {}, compared: 0, agreed: 0, dropped: 0 },
      };
      this.counts.set(key, entry);
    }
    return entry.counts;
  }
}

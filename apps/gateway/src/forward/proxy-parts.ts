import type { Logger } from '#libs/observe';
import type { AnswerBounds } from './arm-outcome.ts';
import type { EvidenceCollector, RouteTable } from '#libs/data-plane';
import type { LocalTrips } from '../trips/local-trips.ts';
import type { SilentPrimaries } from '../health/silent-primaries.ts';
import type { MemoryBudget } from '../process/memory-budget.ts';
import type { GatewayMetrics } from '../figures/metrics.ts';
import type { PrimaryReadings } from '../trips/primary-readings.ts';
import type { ReadLater } from '../shadow/read-later.ts';
import type { ReadShare } from '../shadow/read-share.ts';
import type { KnownSegments } from '../request/segments.ts';
import type { Shadow } from '../shadow/shadow.ts';
import type { Traces } from '../tracing/request-trace.ts';
import type { UpstreamPool } from '../upstream/upstream-pool.ts';

export interface ProxySettings {
  /** What this gateway calls itself in `Via`. */
  readonly via: string;
  /** Bodies up to this size can be copied, and repeated on the primary. */
  readonly maxBufferedBytes: number;
  /** What an answer has to keep, of whichever arm. */
  readonly bounds: AnswerBounds;
  /** Of an answer's head, as it goes on to callers. */
  readonly maxAnswerHeadBytes: number;
  /** 1xx of model servers go on to callers. */
  readonly passesInterim: boolean;
}

/** What a proxy works with. */
export interface ProxyParts {
  readonly settings: ProxySettings;
  readonly routes: RouteTable;
  readonly primaries: UpstreamPool;
  readonly candidates: UpstreamPool;
  readonly shadow: Shadow;
  readonly evidence: EvidenceCollector;
  readonly metrics: GatewayMetrics;
  readonly later: ReadLater;
  readonly readShare: ReadShare;
  readonly segments: KnownSegments;
  readonly trips: LocalTrips;
  readonly silent: SilentPrimaries;
  readonly primaryReadings: PrimaryReadings;
  readonly memory: MemoryBudget;
  /** The gateway breaks off what is under way: no caller has left. */
  readonly isStopping: () => boolean;
  /** Where a line is written for each answer, if at all. */
  readonly accessLog: Logger | null;
  /** `null`: no spans are exported, and `traceparent` goes on as it came. */
  readonly tracing: Traces | null;
}

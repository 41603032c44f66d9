import type { PlaneAbout, PrimaryWord, Sample, TextPair, Trip } from '#libs/gateway-protocol';
import type { Logger } from '#libs/observe';
import type { PlaneFeed } from '#libs/traffic';
import type { EvidenceCollector } from '../evidence/evidence-collector.ts';
import type { RouteTable } from '../routes/route-table.ts';
import type { EvidencePost } from './evidence-post.ts';
import type { EvidenceSpool } from './evidence-spool.ts';

/** What is sent once: it gives out what it has gathered since the last time. */
interface Gatherer<T> {
  drain(): readonly T[];
}

/** What is sent, and what it is told apart by. */
export interface SenderParts {
  readonly gatewayId: string;
  readonly post: EvidencePost;
  readonly collector: EvidenceCollector;
  readonly samples: { readonly worst: Gatherer<Sample>; readonly pairs: Gatherer<TextPair> };
  /** What is served by, and of it what the api has not been told. */
  readonly routes: Pick<RouteTable, 'unacknowledged' | 'acknowledged'>;
  readonly localTrips: Gatherer<Trip>;
  /** What is known of primaries that answer nobody. */
  readonly silent: {
    toTell(): readonly PrimaryWord[];
    told(words: readonly PrimaryWord[]): void;
    asked(models: readonly string[]): void;
  };
  /** What this data plane does not do; left out: it does all. */
  readonly lacks?: readonly PlaneFeed[];
  /** It moves callers who are counted elsewhere. */
  readonly moves?: true;
  /** Does anybody serve by the routes that it acknowledges? Left out: yes. Where nobody does, no step waits for its word. */
  readonly serves?: () => boolean;
  /** What it says of itself, for people; left out: nothing. */
  readonly about?: () => PlaneAbout;
  readonly logger: Logger;
  readonly spool: EvidenceSpool;
  /** Entries that the api did not take, by list and why. */
  readonly refusals: { add(list: string, how: string): void };
}

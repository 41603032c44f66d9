import type { Instant } from '#libs/kernel';

/** A data plane by the batches that it sends. */
export interface KnownPlane {
  readonly id: string;
  /** `null`: it brings what others have counted, and serves nobody. */
  readonly seenAt: Instant | null;
  /** When a batch of its present start came last; to a minute, of one that serves nobody. */
  readonly heardAt: Instant | null;
  readonly isAlive: boolean;
  /** Models of whose route it has acknowledged some revision. */
  readonly acknowledged: number;
  /** Models whose newest revision it has not acknowledged: how many, and the first of them. Of those that are alive. */
  readonly behind: number;
  readonly firstBehind: readonly BehindRoute[];
}

export interface BehindRoute {
  readonly model: string;
  /** 0: none yet. */
  readonly revision: number;
  readonly newest: number;
  readonly publishedAt: Instant;
}

/** What workers and data planes have said that they can do, and when one of them last did. */
export interface ToldWord {
  readonly name: string;
  readonly seenAt: Instant;
}

/** Who serves and works, as far as the database knows. Only looked at. */
export interface FleetStore {
  /** Those that were heard of in the last so many milliseconds. @param most routes that are named of each that is behind */
  planes(withinMs: number, most: number): Promise<readonly KnownPlane[]>;
  /** The same, of abilities. */
  abilities(withinMs: number): Promise<readonly ToldWord[]>;
  /** Models that have a route. */
  routed(): Promise<number>;
}

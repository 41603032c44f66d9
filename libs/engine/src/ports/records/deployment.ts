import type { Instant } from '#libs/kernel';

/** Where a version runs, as its deployer last reported. */
export interface DeploymentRecord {
  readonly modelId: string;
  readonly version: number;
  /** `not_ready`: it was ready before. */
  readonly state: 'starting' | 'ready' | 'not_ready' | 'failed' | 'retired';
  readonly url: string | null;
  readonly message: string;
  readonly readyPath: string | null; // where its server last said that it is ready: one that does not know the path is another; `null`: nowhere yet
  readonly since: Instant | null; // since when it is in this state
  readonly askedAt: Instant | null; // when it was first asked, or reported, since it was retired; `null`: before this was noted
  /** Probes in a row that found it not ready. */
  readonly misses: number;
  readonly updatedAt: Instant;
}

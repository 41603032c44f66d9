import type { VersionRecord } from '#libs/engine';

/** What a deployer says of a version right now. */
export interface DeployerReport {
  /** `not_ready`: it was ready before. */
  readonly state: 'starting' | 'ready' | 'not_ready' | 'failed';
  /** Where it answers, or last answered; `null` when it never did. */
  readonly url: string | null;
  readonly message: string;
  /** Where it said that it is ready; left out: not heard. */
  readonly readyPath?: string;
}

/**
 * Brings versions up and takes them down. Level-triggered: `ensure` is called again and again for
 * every version that is wanted; it never waits for a start, it only says how far things are.
 */
export interface Deployer {
  /** Is this the deployer for this version? */
  serves(version: VersionRecord): boolean;
  /** @param lastUrl where the version last answered, to go back to the same place when it can */
  ensure(version: VersionRecord, lastUrl: string | null): Promise<DeployerReport>;
  /** Ends what runs for a version that nobody wants any more. */
  retire(key: VersionKey): Promise<void>;
  /** An orderly end of this worker: everything that it runs ends too. */
  close(): Promise<void>;
}

export interface VersionKey {
  readonly modelId: string;
  readonly version: number;
}

export const keyText = ({ modelId, version }: VersionKey): string => `${modelId}-${version}`;

import type { Evidence } from '#libs/rollout';
import type { EvidenceBatch, EvidenceEntry, EvidenceTrace, Refused } from '../records.ts';

/** What names a batch, and who has sent it. */
export interface BatchClaim extends Pick<EvidenceBatch, 'gateway' | 'boot' | 'sequence'> {
  /** `false`: it brings what others have counted, and nobody waits for its acknowledgement. */
  readonly serves?: boolean | undefined;
}

export interface EvidenceStore {
  /**
   * Whoever serves is seen by it: a step waits for the acknowledgement of those that were seen lately.
   * @returns `false` when this batch, or a later one of the same boot, was counted already
   */
  claimBatch(batch: BatchClaim): Promise<boolean>;
  acknowledge(gateway: string, acknowledged: EvidenceBatch['acknowledged']): Promise<void>;
  /**
   * Adds up, entry by entry: those whose (rollout, revision) is not known are left out, those that cannot be
   * stored are named. `rollouts`: those that got evidence.
   */
  add(entries: readonly EvidenceEntry[]): Promise<{
    readonly rollouts: readonly string[];
    readonly refused: readonly Refused<EvidenceEntry>[];
  }>;
  ofRollout(rolloutId: string): Promise<Evidence>;
  /** Of many rollouts at once; those without any are missing. */
  ofRollouts(rolloutIds: readonly string[]): Promise<ReadonlyMap<string, Evidence>>;
  /** The latest recorded requests of each arm under the route revision that was counted last, a few of each. */
  traces(rolloutId: string): Promise<readonly EvidenceTrace[]>;
}

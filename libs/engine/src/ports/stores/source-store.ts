import type { Instant } from '#libs/kernel';
import type { SourceReading } from '#libs/rollout';

/** What metric sources said, per gate of a step. */
export interface SourceStore {
  /** Takes the gates that are due to be read now, for `claimMs`: no other worker reads them meanwhile. */
  claimDue(
    rolloutId: string,
    stepIndex: number,
    which: {
      readonly gates: readonly string[];
      /** Those of them that are due whatever their next time, unless they are being asked. */
      readonly hurried: readonly string[];
    },
    claimMs: number,
  ): Promise<readonly string[]>;
  /** What they said before counts no longer as asked in time, nor do errors in a row: all of a step are due now. */
  askAnew(rolloutId: string, stepIndex: number): Promise<void>;
  /** What was said last. Nobody else changes it until the transaction ends. */
  findForUpdate(rolloutId: string, stepIndex: number, gate: string): Promise<SourceReading | null>;
  /** When each gate of these rollouts is to be read next, if it was ever claimed. */
  nextReads(rolloutIds: readonly string[]): Promise<readonly NextRead[]>;
  save(
    rolloutId: string,
    stepIndex: number,
    gate: string,
    reading: SourceReading,
    nextInMs: number,
  ): Promise<void>;
}

export interface NextRead {
  readonly rolloutId: string;
  readonly stepIndex: number;
  readonly gate: string;
  readonly at: Instant;
}

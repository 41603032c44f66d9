import type { RowCounts } from '#libs/traffic';
import type { Reason } from './reason.ts';

/** What one request adds. */
export interface Outcome {
  readonly failed: boolean;
  /** Of a failed one. */
  readonly reason?: Reason | undefined;
  /** From the request to the last byte of the answer (`AnswerClock`). */
  readonly latencyMs: number;
  /** Of a stream: from the request to its first event. */
  readonly ttftMs?: number | undefined;
  /** Of a stream of two events or more: the mean time from one to the next. */
  readonly interTokenMs?: number | undefined;
  readonly comparison?: 'agree' | 'disagree' | 'incomparable';
  /** Of a comparison by rows: how many were compared, and agreed. */
  readonly rows?: RowCounts | undefined;
  /** A group of units that this request's unit belongs to. */
  readonly unitGroup: number;
  /** Of its unit (`unitHash`), to count distinct ones. */
  readonly unitHash?: number | undefined;
  /** `<gate>=<value>` of each segment that it belongs to. */
  readonly segments: readonly string[];
  /** Its span, where that is recorded. */
  readonly trace?: string | undefined;
}

import { StreamParts, type HeaderList, type HeldUntil, saysError } from '#libs/traffic';
import { Gathered } from './gathered.ts';
import type { Hold } from './memory-budget.ts';
import type { AnswerClock } from './upstream/answer-clock.ts';
import { MOST_FIRST_PART_BYTES } from './upstream/send-held.ts';

/** Watches a stream that goes on as it comes: when its events come, and whether the first one says an error. */
export class WatchStream {
  /** The first event says that there is no answer. */
  isError = false;
  private readonly parts: StreamParts;
  private kept: Gathered | null;
  private hasBegun = false;

  constructor(
    until: Exclude<HeldUntil, 'whole'>,
    private readonly headers: HeaderList,
    private readonly clock: AnswerClock,
    hold: Hold,
  ) {
    this.parts = new StreamParts(until);
    this.kept = until === 'bytes' ? null : new Gathered(hold);
    clock.streams();
  }

  add(bytes: Buffer): void {
    const found = this.parts.add(bytes);
    if (!this.hasBegun) this.begin(bytes, found);
    this.clock.cameInParts(performance.now(), this.parts.count, this.hasBegun);
  }

  private begin(bytes: Buffer, found: number | null): void {
    const isKept = this.kept?.add(found === null ? bytes : bytes.subarray(0, found)) === true;
    if (!isKept) this.kept = null;
    if (found === null && (this.kept?.size ?? 0) <= MOST_FIRST_PART_BYTES) return;
    this.hasBegun = true;
    if (found !== null && this.kept) this.isError = saysError(this.kept.whole(), this.headers);
    this.kept = null;
  }
}

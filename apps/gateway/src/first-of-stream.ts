import { FirstPart, type HeaderList, type HeldUntil, saysError } from '#libs/traffic';
import { Gathered } from './gathered.ts';
import type { Hold } from './memory-budget.ts';
import type { AnswerClock } from './upstream/answer-clock.ts';
import { MOST_FIRST_PART_BYTES } from './upstream/send-held.ts';

/** Watches the first event of a stream that goes on as it comes: when it was there, and whether it says an error. */
export class FirstOfStream {
  /** The first event says that there is no answer. */
  isError = false;
  private readonly part: FirstPart;
  private kept: Gathered | null;
  private isOver = false;

  constructor(
    until: Exclude<HeldUntil, 'whole'>,
    private readonly headers: HeaderList,
    private readonly clock: AnswerClock,
    hold: Hold,
  ) {
    this.part = new FirstPart(until);
    this.kept = until === 'bytes' ? null : new Gathered(hold);
    clock.streams();
  }

  add(bytes: Buffer): void {
    if (this.isOver) return;
    const found = this.part.add(bytes);
    const isKept = this.kept?.add(found === null ? bytes : bytes.subarray(0, found)) === true;
    if (!isKept) this.kept = null;
    if (found === null && (this.kept?.size ?? 0) <= MOST_FIRST_PART_BYTES) return;
    this.isOver = true;
    this.clock.firstPart(performance.now());
    if (found !== null && this.kept) this.isError = saysError(this.kept.whole(), this.headers);
    this.kept = null;
  }
}

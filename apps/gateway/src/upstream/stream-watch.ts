import { type HeaderList, heldUntil, saysError, StreamParts } from '#libs/traffic';
import { Gathered } from '../gathered.ts';
import { passedAnswer } from '../heads/head-lines.ts';
import type { Hold } from '../memory-budget.ts';
import { StreamTail } from './stream-tail.ts';
import type { AnswerClock } from './answer-clock.ts';

/** Without an end of its first event, a stream is held no longer than this. */
const MOST_FIRST_PART_BYTES = 65_536;

/** Watches an answer that is a stream, of whichever arm: when it begins, when its events come, and whether it begins or ends with an error. */
export class StreamWatch {
  private begun = false;
  private beganWithError = false;
  /** `null`: nothing is to be read of it. */
  private readonly tail: StreamTail | null;

  private constructor(
    private readonly parts: StreamParts,
    /** Up to the end of the first event; `null`: nothing is to be read of it. */
    private first: Gathered | null,
    private readonly headers: HeaderList,
    private readonly clock: AnswerClock,
  ) {
    this.tail = first && new StreamTail();
    clock.streams();
  }

  /** @returns `null`: by its head the answer is no stream */
  static of(status: number, headers: HeaderList, clock: AnswerClock, hold: Hold): StreamWatch | null {
    const until = heldUntil(status, headers, passedAnswer(headers).length);
    if (until === 'whole') return null;
    const first = until === 'bytes' ? null : new Gathered(hold);
    return new StreamWatch(new StreamParts(until), first, headers, clock);
  }

  /** Its first event (line, byte) is there, or as much as is held without an end of one. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** What there is of it so far says that it has failed: its first event, also one that its end cuts off, or its last. */
  get isError(): boolean {
    return (
      this.beganWithError ||
      (!this.begun && this.firstSaysError()) ||
      this.tail?.isError(this.headers) === true
    );
  }

  add(bytes: Buffer): void {
    this.tail?.add(bytes);
    const found = this.parts.add(bytes);
    if (!this.begun) this.begin(bytes, found);
    this.clock.cameInParts(performance.now(), this.parts.count, this.begun);
  }

  private begin(bytes: Buffer, found: number | null): void {
    if (this.first?.add(found === null ? bytes : bytes.subarray(0, found)) === false) this.first = null;
    if (found === null && (this.first?.size ?? 0) <= MOST_FIRST_PART_BYTES) return;
    this.begun = true;
    this.beganWithError = found !== null && this.firstSaysError();
    this.first = null;
  }

  private firstSaysError(): boolean {
    return this.first !== null && saysError(this.first.whole(), this.headers);
  }
}

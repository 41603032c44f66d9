import { CompressedStart, type HeaderList, heldUntil, saysError, StreamParts } from '#libs/traffic';
import { Gathered } from '../request/gathered.ts';
import { passedAnswer } from '../heads/head-lines.ts';
import type { Hold } from '../process/memory-budget.ts';
import { StreamTail } from './stream-tail.ts';
import type { AnswerClock } from './connection/answer-clock.ts';

/** Without an end of its first event, a stream is held no longer than this; of a compressed one so much is read. */
const MOST_FIRST_PART_BYTES = 65_536;

/** Watches an answer that is a stream, of whichever arm: when it begins, when its events come, and whether it begins or ends with an error. */
export class StreamWatch {
  private begun = false;
  private beganWithError = false;
  /** `null`: nothing is to be read of it. */
  private readonly tail: StreamTail | null;

  private constructor(
    private readonly parts: StreamParts,
    /** Up to the end of the first event, or of a compressed stream as much as is read; `null`: nothing is to be read of it. */
    private first: Gathered | null,
    private readonly compressed: CompressedStart | null,
    private readonly headers: HeaderList,
    private readonly clock: AnswerClock,
  ) {
    this.tail = first && !compressed ? new StreamTail() : null;
    clock.streams();
  }

  /** @returns `null`: by its head the answer is no stream */
  static of(status: number, headers: HeaderList, clock: AnswerClock, hold: Hold): StreamWatch | null {
    const until = heldUntil(status, headers, passedAnswer(headers).length);
    if (until === 'whole') return null;
    const compressed = CompressedStart.of(headers);
    const first = until === 'bytes' && !compressed ? null : new Gathered(hold);
    return new StreamWatch(new StreamParts(until), first, compressed, headers, clock);
  }

  /** Its first event (line, byte) is there, or as much as is held without an end of one. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** What there is of it so far says that it has failed: its first event, also one that its end cuts off, or its last. */
  get isError(): boolean {
    if (this.beganWithError) return true;
    if (this.compressed) return this.first !== null && this.compressed.endsInError(this.first.whole());
    return (!this.begun && this.firstSaysError()) || this.tail?.isError(this.headers) === true;
  }

  add(bytes: Buffer): void {
    if (this.compressed) return this.addCompressed(this.compressed, bytes);
    this.tail?.add(bytes);
    const found = this.parts.add(bytes);
    if (!this.begun) this.begin(bytes, found);
    this.clock.cameInParts(performance.now(), this.parts.count, this.begun);
  }

  /** Its events are not told apart: each piece is a part, from the one with the first event. */
  private addCompressed(compressed: CompressedStart, bytes: Buffer): void {
    const { first } = this;
    if (first && (first.size + bytes.length > MOST_FIRST_PART_BYTES || !first.add(bytes))) this.first = null;
    if (!this.begun) {
      const said = this.first === null ? 'unread' : compressed.look(this.first.whole());
      if (said === 'waits') return;
      this.begun = true;
      this.beganWithError = said === 'error';
    }
    this.parts.add(bytes);
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

import {
  CompressedStart,
  type HeaderList,
  heldUntil,
  partSaysNothing,
  saysError,
  type StreamFailure,
  StreamParts,
} from '#libs/traffic';
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
  /** Events before it began to say something, and the bytes of all that came before. */
  private announcements = 0;
  private bytesBefore = 0;
  /** `null`: nothing is to be read of it. */
  private readonly tail: StreamTail | null;

  private constructor(
    private readonly parts: StreamParts,
    /** The first event that says something, or of a compressed stream as much as is read; `null`: nothing is to be read of it. */
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

  /** Its first event (line, byte) that says something is there, or as much as is held without the end of one. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** It has said that an answer is to come, and nothing of it so far. */
  get isAnnounced(): boolean {
    return !this.begun && this.announcements > 0;
  }

  /** What there is of it so far says that it has failed: its first event, also one that its end cuts off, or its last. */
  get isError(): boolean {
    return this.failure === 'error_event';
  }

  /** How it has failed, now that it is over; `null`: it has not. */
  get failure(): StreamFailure | null {
    if (this.beganWithError) return 'error_event';
    if (this.compressed)
      return this.first !== null && this.compressed.endsInError(this.first.whole()) ? 'error_event' : null;
    if (!this.begun && this.firstSaysError()) return 'error_event';
    return this.tail?.failure(this.headers) ?? null;
  }

  add(bytes: Buffer): void {
    if (this.compressed) return this.addCompressed(this.compressed, bytes);
    this.tail?.add(bytes);
    this.parts.add(this.begun ? bytes : this.begin(bytes));
    this.clock.cameInParts(performance.now(), this.parts.count - this.announcements, this.begun);
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

  /** @returns what came behind its beginning */
  private begin(bytes: Buffer): Buffer {
    let rest = bytes;
    while (!this.begun && rest.length > 0) {
      const end = this.parts.next(rest);
      const part = end === null ? rest : rest.subarray(0, end);
      rest = rest.subarray(part.length);
      this.bytesBefore += part.length;
      if (this.first?.add(part) === false) this.first = null;
      const isHeldNoMore = this.first !== null && this.bytesBefore > MOST_FIRST_PART_BYTES;
      if (end !== null && this.firstSaysError()) this.beganWithError = true;
      else if (end !== null && !isHeldNoMore && this.firstSaysNothing()) {
        this.announcements++;
        this.clock.announced(performance.now());
        this.first?.clear();
        continue;
      } else if (end === null && !isHeldNoMore) continue;
      this.begun = true;
      this.first = null;
    }
    return rest;
  }

  private firstSaysError(): boolean {
    return this.first !== null && saysError(this.first.whole(), this.headers);
  }

  private firstSaysNothing(): boolean {
    return this.first !== null && partSaysNothing(this.first.whole(), this.headers);
  }
}

import { type HeldUntil, StreamParts } from '#libs/traffic';
import { Gathered } from '../request/gathered.ts';
import type { Hold } from '../process/memory-budget.ts';

/** How a stream is divided; `null`: it is none, or it is compressed, and only the whole of it can be read. */
export type Parts = Exclude<HeldUntil, 'whole' | 'bytes'> | null;

/**
 * The beginning and the end of an answer that is passed on as it comes: all of a short one; of a longer stream its first event (line) and
 * its last ones, which say by which model it is, and its usage.
 */
export class KeptEnds {
  private readonly head: Gathered;
  private tail: Buffer | null = null;
  /** Bytes that came after `head`. */
  private after = 0;
  private isGivenUp = false;

  /** @param bytes of either end */
  constructor(
    private readonly parts: Parts,
    private readonly bytes: number,
    private readonly hold: Hold,
  ) {
    this.head = new Gathered(hold);
  }

  add(chunk: Buffer): void {
    if (this.isGivenUp || chunk.length === 0) return;
    const forHead = this.after > 0 ? 0 : Math.min(chunk.length, this.bytes - this.head.size);
    if (forHead > 0 && !this.head.add(chunk.subarray(0, forHead))) return this.giveUp();
    if (forHead < chunk.length) this.addToTail(chunk.subarray(forHead));
  }

  /** What can be read of it, in one piece; `null`: nothing. */
  read(): Buffer | null {
    const { bytes, head, tail, after, parts } = this;
    if (this.isGivenUp) return null;
    if (tail === null) return head.whole();
    const at = after % bytes;
    const end =
      after <= bytes ? tail.subarray(0, after) : Buffer.concat([tail.subarray(at), tail.subarray(0, at)]);
    if (after <= bytes) return Buffer.concat([head.whole(), end]);
    if (parts === null) return null;
    const first = new StreamParts(parts).next(head.whole()) ?? 0;
    return Buffer.concat([head.whole().subarray(0, first), end.subarray(firstBorder(end, parts))]);
  }

  private addToTail(chunk: Buffer): void {
    // Without its middle, what is no stream cannot be read.
    if (this.parts === null && this.after + chunk.length > this.bytes) return this.giveUp();
    if (this.tail === null) {
      if (!this.hold.take(this.bytes)) return this.giveUp();
      this.tail = Buffer.allocUnsafeSlow(this.bytes);
    }
    const last = chunk.subarray(-this.bytes);
    const at = (this.after + chunk.length - last.length) % this.bytes;
    const fits = Math.min(last.length, this.bytes - at);
    last.copy(this.tail, at, 0, fits);
    last.copy(this.tail, 0, fits);
    this.after += chunk.length;
  }

  private giveUp(): void {
    this.isGivenUp = true;
    this.tail = null;
    this.hold.release();
  }
}

const BORDERS = { event: ['\n\n', '\r\n\r\n', '\r\r'], line: ['\n', '\r'] };

/** Where the first whole event (line) begins; behind all of it: there is none. */
function firstBorder(bytes: Buffer, parts: 'event' | 'line'): number {
  const found = BORDERS[parts].flatMap((border) => {
    const at = bytes.indexOf(border);
    return at < 0 ? [] : [at + border.length];
  });
  return Math.min(bytes.length, ...found);
}

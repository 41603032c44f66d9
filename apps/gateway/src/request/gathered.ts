import type { Hold } from '../process/memory-budget.ts';

/** One piece may pin so much more than its own bytes: Node cuts small buffers from 8 KB. */
const MAY_PIN_BYTES = 8_192;
const FIRST_BYTES = 4_096;
const NOTHING = Buffer.alloc(0);

/**
 * Bytes that come in pieces, in one buffer of our own: a body in pieces of one byte holds no object for each
 * of them, and a slice keeps nothing of the 64 KB alive that it was read with. What it holds is taken from a budget.
 */
export class Gathered {
  private buffer: Buffer = NOTHING;
  private filled = 0;
  /** Bytes taken for `buffer`. */
  private taken = 0;

  constructor(private readonly hold: Hold) {}

  get size(): number {
    return this.filled;
  }

  /** @returns whether there was room; if not, it holds what it held before */
  add(bytes: Buffer): boolean {
    const size = this.filled + bytes.length;
    if (this.filled === 0 && this.taken === 0) {
      const pinned = bytes.buffer.byteLength;
      // The usual case: all of it in one piece, and no copy.
      if (pinned <= 2 * bytes.length + MAY_PIN_BYTES) {
        if (!this.hold.take(pinned)) return false;
        [this.buffer, this.taken] = [bytes, pinned];
        this.filled = size;
        return true;
      }
    }
    if (size > this.buffer.length && !this.grow(size)) return false;
    bytes.copy(this.buffer, this.filled);
    this.filled = size;
    return true;
  }

  /** All of it, without a copy; what is added afterwards is not in it. */
  whole(): Buffer {
    return this.filled === this.buffer.length ? this.buffer : this.buffer.subarray(0, this.filled);
  }

  /** Holds nothing any more, and may be used again; what was given out of it stays. */
  clear(): void {
    this.hold.give(this.taken);
    [this.buffer, this.taken, this.filled] = [NOTHING, 0, 0];
  }

  private grow(least: number): boolean {
    // Doubling costs each byte two copies at most; close to a budget's end less must do.
    const size = Math.max(FIRST_BYTES, least, 2 * this.filled);
    const grown = this.hold.take(size) ? size : least < size && this.hold.take(least) ? least : 0;
    if (grown === 0) return false;
    const buffer = Buffer.allocUnsafeSlow(grown);
    this.buffer.copy(buffer, 0, 0, this.filled);
    this.hold.give(this.taken);
    [this.buffer, this.taken] = [buffer, grown];
    return true;
  }
}

import type { Hold } from './memory-budget.ts';

/** So much of an answer is held for a caller that is slower than the model server. */
const MOST_BYTES = 1_048_576;

/**
 * What waits for a caller that is slower than the model server: such a caller keeps no connection to it, as far as there
 * is room. Counted is what is kept alive, which of a piece of one byte is a buffer of 8 KB. Until its exchange is over, so
 * that whoever stays behind is held up at last.
 */
export class Ahead {
  private bytes = 0;

  constructor(private readonly hold: Hold) {}

  /** A piece that has not left. @returns whether the model server may go on */
  add(piece: Buffer): boolean {
    const held = piece.buffer.byteLength;
    this.bytes += held;
    return this.bytes <= MOST_BYTES && this.hold.take(held);
  }
}

import type { Hold } from '../process/memory-budget.ts';

/** So much of an answer is held for a caller that is slower than the model server, where nobody judges the model. */
const MOST_BYTES = 1_048_576;

/**
 * What waits for a caller that is slower than the model server: such a caller keeps no connection to it, as far as there
 * is room. Counted is what is kept alive, which of a piece of one byte is a buffer of 8 KB. Until its exchange is over, so
 * that whoever stays behind is held up at last.
 */
export class Ahead {
  private bytes = 0;

  /**
   * @param most bytes; where the model is judged, as many as are kept of a candidate's answer (`MAX_BUFFERED_BYTES`): the primary's is
   * then read as fast as the candidate's, whoever its caller is
   */
  constructor(
    private readonly hold: Hold,
    private readonly most = MOST_BYTES,
  ) {}

  /** A piece that has not left. @returns whether the model server may go on */
  add(piece: Buffer): boolean {
    return this.count(piece) && this.hold.take(piece.buffer.byteLength);
  }

  /** The same, for a piece whose memory has been taken. */
  count(piece: Buffer): boolean {
    this.bytes += piece.buffer.byteLength;
    return this.bytes <= this.most;
  }
}

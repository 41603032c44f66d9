import { type HeaderList, howItEnds, type StreamFailure } from '#libs/traffic';

/** An error at the end of a stream is shorter. */
const TAIL_BYTES = 4_096;

/** The last bytes of a stream, by which it may say that it has failed after all. */
export class StreamTail {
  private tail = Buffer.alloc(0);
  private isCut = false;

  add(bytes: Buffer): void {
    const all = bytes.length >= TAIL_BYTES ? bytes : Buffer.concat([this.tail, bytes]);
    this.isCut ||= all.length > TAIL_BYTES || (all === bytes && this.tail.length > 0);
    // A copy: a slice would keep the 64 KB alive that it was read with.
    this.tail = Buffer.from(all.subarray(-TAIL_BYTES));
  }

  /** As far as it has come. */
  failure(headers: HeaderList): StreamFailure | null {
    return howItEnds(this.tail, headers, this.isCut);
  }
}

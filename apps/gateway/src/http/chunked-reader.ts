import { BadMessage } from './bad-message.ts';
import { addHeaderLine } from './header-lines.ts';

/** What a chunked body is made of. */
export interface ChunkSink {
  data(bytes: Buffer): void;
  /** @param trailers names and values in turn */
  end(trailers: readonly string[]): void;
}

const [CR, LF, SEMICOLON] = [13, 10, 59];
/** Of all extensions of a body together, as Node has it, and of all trailers. */
const MOST_EXTENSIONS = 16_384;
const MOST_TRAILERS = 16_384;
/** Shorter pieces of one read are moved together: a body in chunks of one byte costs no object and no call for each. */
const SHORT_BYTES = 4_096;

/**
 * Reads the chunked coding (RFC 9112 §7.1), strictly, however its bytes are cut into reads. It moves the data of short
 * chunks together within the bytes that it is given: they are its own afterwards, up to where it has read.
 */
export class ChunkedReader {
  private state: 'size' | 'extension' | 'size end' | 'data' | 'data cr' | 'data lf' | 'trailer' | 'done' =
    'size';
  private size = 0;
  private digits = 0;
  private line = '';
  private extensions = 0;
  private trailerBytes = 0;
  private readonly trailers: string[] = [];

  constructor(private readonly sink: ChunkSink) {}

  /**
   * @param bytes are changed up to where it returns
   * @returns where the body ended in `bytes`, or their length when it goes on
   * @throws BadMessage
   */
  push(bytes: Buffer, from: number): number {
    let at = from;
    // Data that is not told yet: moved to `first`, up to `last`.
    let [first, last] = [from, from];
    while (at < bytes.length && this.state !== 'done') {
      if (this.state === 'data') {
        const end = Math.min(bytes.length, at + this.size);
        this.size -= end - at;
        if (this.size === 0) this.state = 'data cr';
        if (last === first) [first, last] = [at, end];
        else if (end - at <= SHORT_BYTES) {
          if (end - at === 1) bytes[last] = bytes[at] ?? 0;
          else bytes.copyWithin(last, at, end);
          last += end - at;
        } else {
          this.sink.data(bytes.subarray(first, last));
          [first, last] = [at, end];
        }
        at = end;
        continue;
      }
      // The end is told by the byte that follows: the data comes before it.
      if (this.state === 'trailer' && last > first) {
        this.sink.data(bytes.subarray(first, last));
        first = last;
      }
      this.byte(bytes[at++] ?? 0);
    }
    if (last > first) this.sink.data(bytes.subarray(first, last));
    return at;
  }

  get isDone(): boolean {
    return this.state === 'done';
  }

  private byte(byte: number): void {
    switch (this.state) {
      case 'size':
        return this.sizeByte(byte);
      case 'extension':
        if (byte === CR) this.state = 'size end';
        else if (byte === LF || ++this.extensions > MOST_EXTENSIONS)
          throw new BadMessage('chunk extensions without end');
        return;
      case 'size end':
        if (byte !== LF) throw new BadMessage('a chunk size is not followed by CRLF');
        this.state = this.size === 0 ? 'trailer' : 'data';
        this.digits = 0;
        return;
      case 'data cr':
        if (byte !== CR) throw new BadMessage('a chunk is longer than its size');
        this.state = 'data lf';
        return;
      case 'data lf':
        if (byte !== LF) throw new BadMessage('a chunk is not followed by CRLF');
        this.state = 'size';
        return;
      case 'trailer':
        return this.trailerByte(byte);
      case 'data':
      case 'done':
        return;
    }
  }

  private sizeByte(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      if (++this.digits > 12) throw new BadMessage('a chunk size is too large');
      this.size = this.size * 16 + digit;
      return;
    }
    if (this.digits === 0) throw new BadMessage('a chunk without a size');
    if (byte === CR) this.state = 'size end';
    else if (byte === SEMICOLON) this.state = 'extension';
    else throw new BadMessage('a chunk size is not a hexadecimal number');
  }

  private trailerByte(byte: number): void {
    if (++this.trailerBytes > MOST_TRAILERS) throw new BadMessage('the trailers are too large');
    this.line += String.fromCharCode(byte);
    if (byte !== LF) return;
    if (!this.line.endsWith('\r\n')) throw new BadMessage('a trailer line is malformed');
    const line = this.line.slice(0, -2);
    this.line = '';
    if (line === '') {
      this.state = 'done';
      return this.sink.end(this.trailers);
    }
    addHeaderLine(line, this.trailers);
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

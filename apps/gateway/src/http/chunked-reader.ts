import { BadMessage } from './bad-message.ts';

/** What a chunked body is made of. */
export interface ChunkSink {
  data(bytes: Buffer): void;
  /** @param trailers names and values in turn */
  end(trailers: readonly string[]): void;
}

const [CR, LF, SEMICOLON] = [13, 10, 59];
/** Of one chunk's extensions, and of all trailers together. */
const MOST_LINE = 4_096;
const MOST_TRAILERS = 16_384;
const TRAILER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\0\r\n]*?)[ \t]*$/;

/** Reads the chunked coding (RFC 9112 §7.1), strictly, however its bytes are cut into reads. */
export class ChunkedReader {
  private state: 'size' | 'extension' | 'size end' | 'data' | 'data cr' | 'data lf' | 'trailer' | 'done' =
    'size';
  private size = 0;
  private digits = 0;
  private line = '';
  private extension = 0;
  private trailerBytes = 0;
  private readonly trailers: string[] = [];

  constructor(private readonly sink: ChunkSink) {}

  /**
   * @returns where the body ended in `bytes`, or their length when it goes on
   * @throws BadMessage
   */
  push(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length && this.state !== 'done') {
      if (this.state === 'data') at = this.data(bytes, at);
      else this.byte(bytes[at++] ?? 0);
    }
    return at;
  }

  get isDone(): boolean {
    return this.state === 'done';
  }

  private data(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.size);
    this.size -= end - at;
    if (this.size === 0) this.state = 'data cr';
    this.sink.data(bytes.subarray(at, end));
    return end;
  }

  private byte(byte: number): void {
    switch (this.state) {
      case 'size':
        return this.sizeByte(byte);
      case 'extension':
        if (byte === CR) this.state = 'size end';
        else if (byte === LF || ++this.extension > MOST_LINE)
          throw new BadMessage('a chunk extension without end');
        return;
      case 'size end':
        if (byte !== LF) throw new BadMessage('a chunk size is not followed by CRLF');
        this.state = this.size === 0 ? 'trailer' : 'data';
        this.digits = 0;
        this.extension = 0;
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
    const match = TRAILER.exec(line);
    if (!match) throw new BadMessage('a trailer line is malformed');
    this.trailers.push(match[1] ?? '', match[2] ?? '');
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

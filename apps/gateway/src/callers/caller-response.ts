import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { holdWrites } from '../write-turn.ts';
import { httpDate } from './http-date.ts';

/** Answers up to this size leave in one piece with their head. */
const ONE_PIECE_BYTES = 16_384;

/** So little leaves at once, or is no load on anybody's memory. */
const SOON_BYTES = 65_536;
const NOTHING = Buffer.alloc(0);

/** What a response has to know of its request. */
export interface AnsweredRequest {
  readonly method: string;
  readonly minor: 0 | 1;
  /** The connection may take another request. */
  readonly keepsAlive: () => boolean;
}

/** The answer to one caller, written to the connection of its request. */
export class CallerResponse {
  /** Told once, when all of it has left, or never will. */
  onClose: ((finished: boolean) => void) | null = null;
  /** Told when a caller that was slower than the answer has caught up. */
  onDrain: (() => void) | null = null;
  private status = 200;
  private head: string | null = null;
  private lengthLeft: number | null = null;
  private chunked = false;
  private bodiless = false;
  private held: Buffer | null = null;
  private state: 'new' | 'open' | 'ended' | 'closed' = 'new';
  private closesAfter = false;

  constructor(
    private readonly socket: Socket,
    private readonly request: AnsweredRequest,
    /** The connection's: the answer has been given to the socket. */
    private readonly onEnded: (closes: boolean) => void,
  ) {}

  get statusCode(): number {
    return this.status;
  }

  get headersSent(): boolean {
    return this.state !== 'new';
  }

  get isEnded(): boolean {
    return this.state === 'ended' || this.state === 'closed';
  }

  /** A 1xx before the answer; HTTP/1.0 has none. */
  interim(status: number, headers: readonly string[]): void {
    if (this.state !== 'new' || this.request.minor === 0) return;
    let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
    for (let i = 0; i + 1 < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
    this.socket.write(`${text}\r\n`, 'latin1');
  }

  /** @param headers names and values in turn, without those of the connection; latin1 */
  writeHead(status: number, headers: readonly string[]): this {
    if (this.state === 'closed') return this; // the caller has left
    if (this.state !== 'new') throw new Error('the head was written before');
    this.state = 'open';
    this.status = status;
    let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
    let hasDate = false;
    for (let i = 0; i + 1 < headers.length; i += 2) {
      const [name, value] = [headers[i] ?? '', headers[i + 1] ?? ''];
      if (name.length === 14 && name.toLowerCase() === 'content-length') this.lengthLeft = Number(value);
      else if (name.length === 4 && name.toLowerCase() === 'date') hasDate = true;
      text += `${name}: ${value}\r\n`;
    }
    if (!hasDate) text += `date: ${httpDate()}\r\n`;
    this.bodiless = this.request.method === 'HEAD' || status === 204 || status === 304;
    this.head = text;
    return this;
  }

  /** @returns `false` when the caller is slower than that; `onDrain` tells when it has caught up */
  write(bytes: Buffer): boolean {
    if (this.state !== 'open' || this.bodiless || bytes.length === 0) return true;
    if (this.head === null) return this.body(bytes);
    if (this.held) {
      const first = this.held;
      this.held = null;
      this.flushHead(first, null);
      return this.body(bytes);
    }
    // All of it is there, or its end may come with the very same packet: known before the next tick.
    if (this.lengthLeft === bytes.length) return this.flushHead(bytes, null);
    this.held = bytes;
    process.nextTick(() => {
      if (!this.held || this.state !== 'open') return;
      const first = this.held;
      this.held = null;
      this.flushHead(first, null);
    });
    return true;
  }

  /** @param trailers names and values in turn; a caller that gets the answer by length gets none */
  end(bytes?: Buffer | null, trailers: readonly string[] = []): void {
    if (this.state !== 'open') return;
    if (bytes && this.held) this.write(bytes);
    else if (bytes) this.held = bytes;
    this.state = 'ended';
    const last = this.bodiless ? null : this.held;
    this.held = null;
    if (this.head !== null && trailers.length === 0) this.flushHead(last, last?.length ?? 0);
    else {
      if (this.head !== null) this.flushHead(last, null);
      else if (last) this.body(last);
      if (this.chunked) this.socket.write(`0\r\n${linesOf(trailers)}\r\n`, 'latin1');
    }
    // An answer that is shorter than it said leaves nothing that another could follow.
    if (this.lengthLeft !== null && this.lengthLeft !== 0 && !this.bodiless) return this.destroy();
    if (this.socket.writableLength <= SOON_BYTES) this.close(true);
    // An empty write is done when all before it is; `drain` is told only to those who were told to stop.
    else this.socket.write(NOTHING, () => this.close(true));
    this.onEnded(this.closesAfter);
  }

  /** Breaks the answer off, so that nobody takes it for whole. */
  destroy(): void {
    this.socket.destroy();
  }

  /** By the connection: it is over, or all has left. */
  close(finished: boolean): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.onClose?.(finished);
  }

  private body(bytes: Buffer): boolean {
    if (this.lengthLeft !== null) this.lengthLeft -= bytes.length;
    if (!this.chunked) return this.socket.write(bytes);
    this.socket.cork();
    this.socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1');
    this.socket.write(bytes);
    const goOn = this.socket.write('\r\n', 'latin1');
    this.socket.uncork();
    return goOn;
  }

  /** @param whole the length of the body, where its end is known and nothing has said it yet */
  private flushHead(first: Buffer | null, whole: number | null): boolean {
    let text = this.head ?? '';
    this.head = null;
    const { minor, keepsAlive } = this.request;
    if (this.lengthLeft === null && !this.bodiless) {
      if (whole !== null) {
        text += `content-length: ${whole}\r\n`;
        this.lengthLeft = whole;
      } else if (minor === 1) {
        text += 'transfer-encoding: chunked\r\n';
        this.chunked = true;
      } else this.closesAfter = true;
    }
    if (!keepsAlive()) this.closesAfter = true;
    if (this.closesAfter) text += 'connection: close\r\n';
    else if (minor === 0) text += 'connection: keep-alive\r\n';
    text += '\r\n';
    holdWrites(this.socket);
    if (first === null || first.length === 0) return this.socket.write(text, 'latin1');
    if (this.chunked || first.length > ONE_PIECE_BYTES) {
      this.socket.write(text, 'latin1');
      return this.body(first);
    }
    if (this.lengthLeft !== null) this.lengthLeft -= first.length;
    const piece = Buffer.allocUnsafe(text.length + first.length);
    piece.write(text, 0, 'latin1');
    first.copy(piece, text.length);
    return this.socket.write(piece);
  }
}

function linesOf(flat: readonly string[]): string {
  let text = '';
  for (let i = 0; i + 1 < flat.length; i += 2) text += `${flat[i]}: ${flat[i + 1]}\r\n`;
  return text;
}

import { type AnswerHead, parseAnswerHead } from './answer-head.ts';
import { BadMessage, CutOff, NoStatusLine } from './bad-message.ts';
import { ChunkedReader } from './chunked-reader.ts';

/** What is told of an answer, in this order. */
export interface AnswerSink {
  /** 1xx: the answer itself is still to come. */
  interim(status: number, headers: readonly string[]): void;
  head(head: AnswerHead): void;
  data(bytes: Buffer): void;
  /** @param trailers names and values in turn */
  end(trailers: readonly string[]): void;
}

const MOST_HEAD_BYTES = 65_536;
/** Kept between answers of one connection. */
const MOST_KEPT_HEAD = 2_048;
/** So many 1xx before an answer are a mistake of the server. */
const MOST_INTERIM = 32;
const NO_TRAILERS: readonly string[] = [];
const START = Buffer.from('HTTP/1.');

/**
 * Reads the answers of one connection, one request at a time. Pure but for its own state; strict where
 * readers differ about where an answer ends (RFC 9112 §6.3), as a model server's answer must never be
 * read as the answer to somebody else's request.
 */
export class AnswerParser {
  private method: string | null = null;
  private held: Buffer | null = null;
  private head: AnswerHead | null = null;
  private left = 0;
  private chunked: ChunkedReader | null = null;
  private interims = 0;
  private reusable = true;
  /** Servers say the same head again and again; it is read once. */
  private lastText = '';
  private lastHead: AnswerHead | null = null;

  constructor(private readonly sink: AnswerSink) {}

  /** The next bytes answer a request of this method. */
  begin(method: string): void {
    this.method = method;
    this.head = null;
    this.interims = 0;
  }

  /** May another request be sent on this connection? */
  get isReusable(): boolean {
    return this.reusable && this.method === null && this.held === null;
  }

  /** @throws BadMessage */
  push(bytes: Buffer): void {
    let rest = bytes;
    if (this.held) {
      rest = Buffer.concat([this.held, bytes]);
      this.held = null;
    }
    let at = 0;
    while (at < rest.length) {
      if (this.method === null) throw new BadMessage('bytes that answer no request');
      if (this.head === null) {
        const next = this.readHead(rest, at);
        if (next === null) return;
        at = next;
      } else at = this.readBody(rest, at, this.head);
    }
  }

  /**
   * The server has closed its side.
   * @throws BadMessage when an answer is not whole
   */
  finish(): void {
    this.reusable = false;
    if (this.method === null) return;
    if (this.head?.framing.kind !== 'close') throw new CutOff('the connection ended within an answer');
    this.over(NO_TRAILERS);
  }

  /** @returns where the body starts, or `null` while the head is not whole */
  private readHead(bytes: Buffer, at: number): number | null {
    checkStart(bytes, at);
    const end = bytes.indexOf('\r\n\r\n', at, 'latin1');
    if ((end < 0 ? bytes.length : end) - at > MOST_HEAD_BYTES) throw new BadMessage('the head is too large');
    if (end < 0) {
      this.held = Buffer.from(bytes.subarray(at));
      return null;
    }
    const head = this.parsed(bytes.toString('latin1', at, end));
    if (head.status < 200) this.readInterim(head);
    else this.startBody(head);
    return end + 4;
  }

  private parsed(text: string): AnswerHead {
    if (text.length > MOST_KEPT_HEAD) return parseAnswerHead(text);
    if (this.lastHead === null || text !== this.lastText) {
      this.lastHead = parseAnswerHead(text);
      this.lastText = text;
    }
    return this.lastHead;
  }

  private readInterim(head: AnswerHead): void {
    if (head.status === 101) throw new BadMessage('a change of protocol that was not asked for');
    if (head.closes) this.reusable = false;
    if (++this.interims > MOST_INTERIM) throw new BadMessage('too many 1xx');
    this.sink.interim(head.status, head.headers);
  }

  private startBody(head: AnswerHead): void {
    this.head = head;
    if (head.closes) this.reusable = false;
    this.chunked = null;
    this.left = 0;
    const { framing, status } = head;
    const bodiless = this.method === 'HEAD' || status === 204 || status === 304;
    if (!bodiless && framing.kind === 'close') this.reusable = false;
    // It has no body, and says how long that is: some servers send one all the same, or the end of its chunks, later.
    if (bodiless && (framing.kind === 'chunked' || (framing.kind === 'length' && framing.bytes > 0)))
      this.reusable = false;
    if (!bodiless && framing.kind === 'length') this.left = framing.bytes;
    if (!bodiless && framing.kind === 'chunked')
      this.chunked = new ChunkedReader({
        data: (bytes) => this.sink.data(bytes),
        end: (trailers) => this.over(trailers),
      });
    this.sink.head(head);
    if (bodiless || (framing.kind === 'length' && framing.bytes === 0)) this.over(NO_TRAILERS);
  }

  private readBody(bytes: Buffer, at: number, { framing }: AnswerHead): number {
    if (this.chunked) return this.chunked.push(bytes, at);
    const end = framing.kind === 'length' ? Math.min(bytes.length, at + this.left) : bytes.length;
    this.left -= end - at;
    this.sink.data(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
    if (framing.kind === 'length' && this.left === 0) this.over(NO_TRAILERS);
    return end;
  }

  private over(trailers: readonly string[]): void {
    this.method = null;
    this.head = null;
    this.sink.end(trailers);
  }
}

/** What cannot become a status line is told at once: more may never come. */
function checkStart(bytes: Buffer, at: number): void {
  const length = Math.min(START.length, bytes.length - at);
  for (let i = 0; i < length; i++)
    if (bytes[at + i] !== START[i]) throw new NoStatusLine('the status line is not one of HTTP/1.1');
}

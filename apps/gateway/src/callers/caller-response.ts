import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { contained, type Owner, soon } from '#libs/data-plane';
import type { RequestHead } from '../http/request-head.ts';
import { holdWrites } from '../request/write-turn.ts';
import { type HeadLines, MOST_LINES, NO_LINES, passedAnswer } from '../heads/head-lines.ts';
import {
  answerHead,
  type AnswerEnd,
  type Content,
  contentOf,
  interimHead,
  lastChunk,
} from '../heads/write-answer-head.ts';

/** Answers up to this size leave in one piece with their head. */
const ONE_PIECE_BYTES = 16_384;

/** So little leaves at once, or is no load on anybody's memory. */
const SOON_BYTES = 65_536;
const NOTHING = Buffer.alloc(0);
/** Of the 1xx before one answer together, and of each; what comes on top is left out. */
const MOST_INTERIM = 16;
const MOST_INTERIM_BYTES = 4_096;

/** The connection of a response. */
export interface AnsweringConnection {
  /** It may take another request after this one. */
  readonly keepsAlive: boolean;
  /** The answer has been given to the socket. */
  answered(closes: boolean): void;
}

/** The answer to one caller, written to the connection of its request. */
export class CallerResponse implements Owner {
  readonly place = 'caller';
  /** Told once, when all of it has left, or never will. */
  onClose: ((finished: boolean) => void) | null = null;
  /** The same, for the request's span: whoever else is told comes and goes. */
  onOver: ((finished: boolean) => void) | null = null;
  /** Told when a caller that was slower than the answer has caught up. */
  onDrain: (() => void) | null = null;
  private status = 200;
  private head: HeadLines | null = null;
  private lengthLeft: number | null = null;
  private chunked = false;
  private content: Content = 'some';
  private interims = 0;
  private interimBytes = 0;
  private interimLines = 0;
  private held: Buffer | null = null;
  private state: 'new' | 'open' | 'ended' | 'closed' = 'new';
  private closesAfter = false;

  constructor(
    private readonly socket: Socket,
    private readonly request: Pick<RequestHead, 'method' | 'minor'>,
    private readonly connection: AnsweringConnection,
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

  /**
   * A 1xx before the answer; HTTP/1.0 has none, and a 100 is ours to say. Some readers (nginx before 1.29) take it for the
   * answer, and read on until the connection ends: it does with this answer, so that the real one is never taken for
   * somebody else's. To HEAD they expect no body and do not read on: it gets none.
   * @param headers names and values in turn, as the model server sent them
   */
  interim(status: number, headers: readonly string[]): void {
    if (this.state !== 'new' || this.request.minor === 0 || status === 100) return;
    if (this.request.method === 'HEAD') return;
    const lines = passedAnswer(headers);
    const text = interimHead(status, lines);
    this.interimBytes += text.length;
    this.interimLines += lines.count;
    if (++this.interims > MOST_INTERIM || this.interimBytes > MOST_INTERIM_BYTES) return;
    if (this.interimLines > MOST_LINES) return;
    this.closesAfter = true;
    this.socket.write(text, 'latin1');
  }

  /** @param length of the body, where it is known; of an answer to HEAD, that of the one to GET */
  writeHead(status: number, lines: HeadLines, length: number | null): this {
    if (this.state === 'closed') return this; // the caller has left
    if (this.state !== 'new') throw new Error('the head was written before');
    this.state = 'open';
    this.status = status;
    this.content = contentOf(this.request.method, status);
    this.lengthLeft = length;
    this.head = lines;
    return this;
  }

  /**
   * Takes an answer back of which nothing has left yet: its head leaves with the first bytes of its body.
   * @returns whether another answer may be written
   */
  takeBack(): boolean {
    if (this.state !== 'open' || this.head === null) return false;
    this.state = 'new';
    [this.head, this.held, this.lengthLeft, this.onDrain] = [null, null, null, null];
    this.content = 'some';
    return true;
  }

  /** @returns `false` when the caller is slower than that; `onDrain` tells when it has caught up */
  write(bytes: Buffer): boolean {
    if (this.state !== 'open' || this.content !== 'some' || bytes.length === 0) return true;
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
    soon(this, () => {
      if (!this.held || this.state !== 'open') return;
      const first = this.held;
      this.held = null;
      this.flushHead(first, null);
    });
    return true;
  }

  /** @param trailers a caller that gets the answer by length gets none */
  end(bytes?: Buffer | null, trailers: HeadLines = NO_LINES): void {
    if (this.state !== 'open') return;
    if (bytes && this.held) this.write(bytes);
    else if (bytes) this.held = bytes;
    this.state = 'ended';
    const last = this.content === 'some' ? this.held : null;
    this.held = null;
    if (this.head !== null && trailers.count === 0) this.flushHead(last, last?.length ?? 0);
    else {
      if (this.head !== null) this.flushHead(last, null);
      else if (last) this.body(last);
      if (this.chunked) this.socket.write(lastChunk(trailers), 'latin1');
    }
    // An answer that is shorter than it said leaves nothing that another could follow.
    if (this.lengthLeft !== null && this.lengthLeft !== 0 && this.content === 'some') return this.destroy();
    if (this.socket.writableLength <= SOON_BYTES) this.close(true);
    // An empty write is done when all before it is; `drain` is told only to those who were told to stop.
    else
      this.socket.write(
        NOTHING,
        contained(this, () => this.close(true)),
      );
    this.connection.answered(this.closesAfter);
  }

  /** Breaks the answer off, so that nobody takes it for whole. */
  destroy(): void {
    // A reader of HTTP/1.0 takes a close for the end; a reset is none, nor is TLS that ends without saying so.
    const isTls = this.socket instanceof TLSSocket;
    if (this.state === 'open' && this.request.minor === 0 && !isTls) this.socket.resetAndDestroy();
    else this.socket.destroy();
  }

  endBy(): void {
    this.destroy();
  }

  /** By the connection: it is over, or all has left. */
  close(finished: boolean): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.onClose?.(finished);
    this.onOver?.(finished);
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
    const lines = this.head ?? NO_LINES;
    this.head = null;
    const { minor } = this.request;
    const end = this.endOf(whole);
    if (end === 'close' || !this.connection.keepsAlive) this.closesAfter = true;
    const connection = this.closesAfter ? 'close' : minor === 0 ? 'keep-alive' : null;
    const text = answerHead(this.status, lines, end, connection);
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

  /** Where the body ends; remembers what is to come of it. */
  private endOf(whole: number | null): AnswerEnd {
    if (this.content === 'empty') return 0;
    if (this.content === 'none') return this.lengthLeft ?? 'none';
    this.lengthLeft ??= whole;
    if (this.lengthLeft !== null) return this.lengthLeft;
    this.chunked = this.request.minor === 1;
    return this.chunked ? 'chunked' : 'close';
  }
}

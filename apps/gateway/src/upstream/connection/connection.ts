import net from 'node:net';
import tls from 'node:tls';
import type { BodyFlow } from '../../callers/body-flow.ts';
import { contained, fault, on, once, type Owner } from '#libs/data-plane';
import type { RequestBody } from '../../request/request-body.ts';
import { checkSize, passedAnswer } from '../../heads/head-lines.ts';
import type { AnswerHead } from '../../http/answer-head.ts';
import { AnswerParser } from '../../http/answer-parser.ts';
import { BadMessage, NoStatusLine } from '../../http/bad-message.ts';
import { holdWrites } from '../../request/write-turn.ts';
import type { AnswerClock } from './answer-clock.ts';
import type { Carrier, Load } from '../replicas/carried.ts';
import { contextOf, type Dial } from './dial.ts';
import { BrokenOffError, ConnectionError, NotSentError, StrayBytesError } from './errors.ts';
import type { Origin } from '../origin.ts';
import type { Replica } from '../replicas/server-addresses.ts';
import { readOnWhenWritesFail } from './read-on.ts';

/**
 * What is told of an answer, in this order; `failed` may come at any time and is the last. Where one of these throws,
 * the exchange is ended (`endBy`), whatever connection it was told from.
 */
export interface AnswerListener extends Owner {
  /** A 1xx before the answer. */
  interim?(status: number, headers: readonly string[]): void;
  /** @param headers names and values in turn, as they came; @param resume goes on after a `chunk` that said stop */
  head(status: number, headers: readonly string[], resume: () => void): void;
  /** @returns `false` to be sent no more until `resume` */
  chunk(bytes: Buffer): boolean;
  /** @param trailers names and values in turn */
  end(trailers: readonly string[]): void;
  failed(error: Error): void;
}

/** One request on a connection. */
export interface Exchange {
  readonly method: string;
  /** Request line and headers with the empty line, as latin1. */
  readonly head: string;
  readonly body: RequestBody;
  /** The body comes without a length, so it is sent in chunks. */
  readonly chunked: boolean;
  readonly listener: AnswerListener;
  /** Told of what happens, when it happens. */
  readonly clock: AnswerClock;
}

export interface ConnectionLimits {
  /** On the process's clock: it takes no further request after that. */
  readonly until: number;
  /** How long it may be idle. */
  readonly keepIdleMs: number;
  /** Of an answer's head, as it goes on to callers. */
  readonly answerHeadBytes: number;
}

export interface ConnectionOwner {
  /** The connection can take the next request. */
  idle(connection: Connection): void;
  /** It will take none any more. */
  gone(connection: Connection): void;
  /** It is connected to one of the server's addresses; over TLS that is before the handshake. */
  reached?(connection: Connection, address: string | undefined): void;
  /** It is set up. */
  connected?(connection: Connection): void;
  /** One of the server's addresses did not take it. */
  missed?(connection: Connection, address: string | undefined): void;
  /** Do others wait for the place of a body that is still coming in? */
  isContested?(): boolean;
}

/** Bodies up to this size leave in one piece with their head. */
const ONE_PIECE_BYTES = 16_384;
/** Subtracted from what a server says that it keeps idle connections, so that ours ends first (RFC 9112 §9.3). */
const MARGIN_MS = 1_000;

const NOTHING = Buffer.alloc(0);
/** All plain connections read into it, one after the other: a buffer of their own for each read costs more than parsing. */
const SHARED = Buffer.alloc(65_536);

/** One connection to a model server, with at most one request on it at a time. */
export class Connection implements Owner, Carrier {
  readonly place = 'upstream';
  /** When something last happened, on the process's clock. */
  activeAt = performance.now();
  /** Requests answered on it before this one. */
  served = 0;
  /** Has a byte of the present answer come? */
  answered = false;
  /** It was idle before the present request: the server may have closed it just when it was used. */
  wasIdle = false;
  keepIdleMs: number;
  /** Which of the server's addresses it goes to; `null`: not known yet, or there is no name. */
  replica: Replica | null = null;
  /** Which serving URL of the version it goes to. */
  at = 0;
  /** Of the model whose request it carries; `null`: it carries none. Kept by `Carried`. */
  load: Load | null = null;
  /** On the process's clock: it takes no further request after that. */
  until: number;
  private readonly socket: net.Socket;
  private readonly parser: AnswerParser;
  private exchange: Exchange | null = null;
  private ended: readonly string[] | null = null;
  private status = 0;
  private bodySent = true;
  /** The answer began before all of the request had left: whoever says it need not have read the rest. */
  private early = false;
  private connected = false;
  private over = false;
  private flow: BodyFlow | null = null;
  /** The server reads no more; what it has said is read all the same. */
  private isCutOff = false;
  private readonly resume = (): void => {
    if (!this.socket.isPaused()) return;
    // The pause was the caller's; the model server's time goes on now.
    this.activeAt = performance.now();
    this.exchange?.clock.goesOn(this.activeAt);
    this.socket.resume();
  };

  constructor(
    origin: Origin,
    private readonly owner: ConnectionOwner,
    private readonly limits: ConnectionLimits,
    dial: Dial,
  ) {
    this.keepIdleMs = limits.keepIdleMs;
    this.until = limits.until;
    this.parser = new AnswerParser({
      interim: (status, headers) => {
        this.exchange?.clock.interim();
        this.exchange?.listener.interim?.(status, headers);
      },
      head: (head) => this.onHead(head),
      data: (bytes) => {
        // What is read next overwrites what was read into the shared buffer.
        const kept = bytes.buffer === SHARED.buffer ? Buffer.from(bytes) : bytes;
        const { exchange } = this;
        exchange?.clock.took(this.activeAt, kept.length);
        if (exchange?.listener.chunk(kept) !== false) return;
        exchange.clock.heldUp(this.activeAt);
        this.socket.pause();
      },
      end: (trailers) => (this.ended = trailers),
    });
    const { host, port } = origin;
    const socket = origin.secure
      ? tls.connect({
          ...{ host, port, lookup: dial.lookup, servername: net.isIP(host) ? '' : host },
          ...contextOf(dial),
          ALPNProtocols: ['http/1.1'],
        })
      : net.connect({ host, port, lookup: dial.lookup, onread: { buffer: SHARED, callback: this.onShared } });
    if (origin.secure) on(this, socket, 'data', (bytes: Buffer) => this.onData(bytes));
    this.socket = socket;
    readOnWhenWritesFail(socket, () => (this.isCutOff = true));
    socket.setNoDelay(true);
    // Of all addresses that are tried for it.
    for (const event of ['connectionAttemptFailed', 'connectionAttemptTimeout'])
      on(this, socket, event, (address: string) => owner.missed?.(this, (missed = address)));
    let missed: string | undefined;
    let reached: string | undefined;
    once(this, socket, 'connect', () => owner.reached?.(this, (reached = socket.remoteAddress)));
    once(this, socket, origin.secure ? 'secureConnect' : 'connect', () => this.onConnected());
    on(this, socket, 'end', () =>
      this.onEnd(this.isCutOff, new ConnectionError('the connection was closed')),
    );
    on(this, socket, 'error', (error: Error) => {
      // The handshake failed, or no attempt could be made: there is no such name, or no way there.
      if (!this.connected && (reached !== undefined || missed === undefined)) owner.missed?.(this, reached);
      this.onEnd(true, new ConnectionError(error.message, { cause: error }));
    });
    on(this, socket, 'close', () => this.fail(new ConnectionError('the connection was closed')));
    on(this, socket, 'drain', () => this.flow?.resume());
  }

  get isConnected(): boolean {
    return this.connected;
  }

  get isBusy(): boolean {
    return this.exchange !== null;
  }

  /** All that has come of the request has left: the next byte of it is the caller's to send, in the caller's time. */
  get awaitsCaller(): boolean {
    return !this.bodySent && this.socket.writableLength === 0;
  }

  /** We read nothing now, for a caller that is slower than the model server. */
  get isHeldUp(): boolean {
    return this.socket.isPaused();
  }

  /** Sends one request; the connection must be idle. */
  send(exchange: Exchange): void {
    this.exchange = exchange;
    this.answered = false;
    this.ended = null;
    this.early = false;
    this.status = 0;
    this.activeAt = performance.now();
    exchange.clock.handed(this.activeAt, this.connected);
    this.parser.begin(exchange.method);
    const { head, body } = exchange;
    if (body.kind === 'streaming') return this.sendFlow(exchange, body.flow);
    const { bytes } = body;
    holdWrites(this.socket);
    if (bytes.length === 0) this.socket.write(head, 'latin1');
    else if (bytes.length <= ONE_PIECE_BYTES) {
      const whole = Buffer.allocUnsafe(head.length + bytes.length);
      whole.write(head, 0, 'latin1');
      bytes.copy(whole, head.length);
      this.socket.write(whole);
    } else {
      this.socket.write(head, 'latin1');
      this.socket.write(bytes);
    }
  }

  /** Ends it; what is under way has failed. */
  close(reason: Error): void {
    this.fail(reason);
  }

  /** A callback threw, or what it serves was given up for that. */
  endBy(error: unknown): void {
    this.fail(new ConnectionError('the gateway failed on it', { cause: error }));
  }

  private sendFlow(exchange: Exchange, flow: BodyFlow): void {
    this.bodySent = false;
    this.flow = flow;
    // Not begun before somebody is there: until then another replica can take it.
    if (!this.connected) return;
    this.socket.write(exchange.head, 'latin1');
    const isUnderWay = (): boolean => this.exchange === exchange && !this.over;
    flow.pour({
      isContested: () => this.owner.isContested?.() ?? false,
      data: (bytes) => {
        // Answered before all of it was there: the rest is dropped.
        if (!isUnderWay() || bytes.length === 0) return true;
        this.activeAt = performance.now();
        if (exchange.chunked) this.socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1');
        let goOn = this.socket.write(bytes);
        if (exchange.chunked) goOn = this.socket.write('\r\n', 'latin1');
        if (!goOn || bytes.length >= ONE_PIECE_BYTES || this.socket.writableLength === 0) return goOn;
        // The server is behind: each small piece would be an object that waits. Until this one has left, the next gather
        // at the caller's. An empty write is done when all before it is.
        this.socket.write(
          NOTHING,
          contained(this, () => flow.resume()),
        );
        return false;
      },
      end: () => {
        if (!isUnderWay()) return;
        if (exchange.chunked) this.socket.write('0\r\n\r\n', 'latin1');
        this.bodySent = true;
        if (this.connected) exchange.clock.sent(performance.now());
      },
      // The caller has left in the middle: this connection is of no more use.
      broken: () => {
        if (isUnderWay()) this.fail(new ConnectionError('the request broke off'));
      },
    });
  }

  private onConnected(): void {
    this.connected = true;
    this.activeAt = performance.now();
    this.owner.connected?.(this);
    const { exchange } = this;
    if (exchange) {
      if (exchange.body.kind === 'streaming') this.sendFlow(exchange, exchange.body.flow);
      exchange.clock.sent(this.activeAt);
    }
    // Set up ahead of the request that will need it.
    else if (!this.over) this.owner.idle(this);
  }

  private onHead(head: AnswerHead): void {
    // A 1xx may have come in the same packet.
    this.exchange?.clock.began(this.activeAt);
    checkSize(passedAnswer(head.headers), this.limits.answerHeadBytes);
    this.status = head.status;
    this.early = !this.bodySent || this.socket.writableLength > 0;
    if (head.keepAliveSeconds !== null)
      this.keepIdleMs = Math.min(this.keepIdleMs, Math.max(0, head.keepAliveSeconds * 1_000 - MARGIN_MS));
    this.exchange?.listener.head(head.status, head.headers, this.resume);
  }

  /** As Node wants it: `true` to go on reading. */
  private readonly onShared = ((read) => (bytes: number) => {
    read(bytes);
    return true;
  })(contained(this, (bytes: number) => this.onData(SHARED.subarray(0, bytes))));

  private onData(bytes: Buffer): void {
    if (this.over) return;
    // Nothing of the request has left yet: these bytes answer none.
    if (!this.answered && this.exchange && this.socket.writableCorked > 0)
      return this.fail(new ConnectionError('bytes that answer no request'));
    this.answered = true;
    this.activeAt = performance.now();
    if (this.replica !== null) this.replica.heardAt = this.activeAt;
    this.exchange?.clock.began(this.activeAt);
    let broken: Error | null = null;
    try {
      this.parser.push(bytes);
    } catch (error) {
      broken = this.brokenBy(error);
    }
    this.wasRead(broken);
  }

  /** @param isReset it was no clean end: what came may not be all of it */
  private onEnd(isReset: boolean, why: ConnectionError): void {
    // Who says no and closes resets what it has not read of the request. An answer without a length ends there too.
    if (!this.over && this.answered && (!isReset || this.status >= 400)) {
      let broken: Error | null = null;
      try {
        this.parser.finish();
      } catch (error) {
        broken = this.brokenBy(error);
      }
      this.wasRead(broken);
    }
    this.fail(this.answered && this.exchange ? new BrokenOffError(why.message) : why);
  }

  /** What the parser finds bad in the bytes; anything else that is thrown is a fault, and counted. */
  private brokenBy(error: unknown): Error {
    if (!(error instanceof BadMessage)) fault(this, error);
    return error instanceof Error ? error : new Error(String(error));
  }

  /** An end is told only when all bytes of this read are looked at: what follows an answer must be nobody's. */
  private wasRead(broken: Error | null): void {
    if (this.ended !== null && !this.over) this.finish(this.ended, broken === null);
    if (broken === null) return;
    // On a connection that has carried others these bytes may be one of theirs: the late end of a 204, the body of a HEAD.
    const isStray = broken instanceof NoStatusLine && this.served > 0;
    this.fail(isStray ? new StrayBytesError(broken.message) : broken);
  }

  private finish(trailers: readonly string[], clean: boolean): void {
    const exchange = this.exchange;
    exchange?.clock.ended(this.activeAt);
    this.exchange = null;
    this.flow = null;
    this.ended = null;
    this.served++;
    // The last chunk may have said stop.
    if (this.socket.isPaused()) this.socket.resume();
    const isKept = clean && this.parser.isReusable && this.keepIdleMs > 0 && this.activeAt < this.until;
    if (isKept && exchange && this.hasLeft(exchange)) this.owner.idle(this);
    else this.fail(new ConnectionError('not kept'));
    exchange?.listener.end(trailers);
  }

  /**
   * Has all of the request left, and surely been read? The next request is put behind what has not. Who says no to a
   * large body may have stopped reading it while the rest waits in the buffers of both sides.
   */
  private hasLeft({ body }: Exchange): boolean {
    if (this.early || this.isCutOff || !this.bodySent || this.socket.writableLength > 0) return false;
    return this.status < 300 || (body.kind === 'whole' && body.bytes.length <= ONE_PIECE_BYTES);
  }

  private fail(error: Error): void {
    if (this.over) return;
    this.over = true;
    this.socket.destroy();
    const exchange = this.exchange;
    this.exchange = null;
    this.flow = null;
    this.owner.gone(this);
    exchange?.listener.failed(this.connected ? error : notSent(error));
  }
}

/** Whatever kept it from being connected, no model server has seen the request. */
const notSent = (error: Error): Error =>
  error instanceof ConnectionError && !(error instanceof NotSentError)
    ? new NotSentError(error.message, { cause: error })
    : error;

import type { Socket } from 'node:net';
import type { BodyFlow } from '../../callers/body-flow.ts';
import { fault, type Owner } from '#libs/data-plane';
import { checkSize, passedAnswer } from '../../heads/head-lines.ts';
import type { AnswerHead } from '../../http/answer-head.ts';
import { AnswerParser } from '../../http/answer-parser.ts';
import { BadMessage } from '../../http/bad-message.ts';
import type { Dial } from './dial.ts';
import type { ConnectionLimits, ConnectionOwner } from './connection-owner.ts';
import { BrokenOffError, ConnectionError, notSent, strayOr } from './errors.ts';
import { idleLimit } from './lateness.ts';
import type { Origin } from '../origin.ts';
import { openSocket, ownBytes } from './open-socket.ts';
import { ONE_PIECE_BYTES, pourRequest, writeWhole } from './write-request.ts';
import type { Exchange } from './exchange.ts';
import { PoolNotes } from './pool-notes.ts';

/** One connection to a model server, with at most one request on it at a time. */
export class Connection extends PoolNotes implements Owner {
  readonly place = 'upstream';
  /** When something last happened, on the process's clock. */
  activeAt = performance.now();
  /** Requests answered on it before this one. */
  served = 0;
  /** Has a byte of the present answer come? */
  answered = false;
  keepIdleMs: number;
  isConnected = false;
  private readonly socket: Socket;
  private readonly parser: AnswerParser;
  private exchange: Exchange | null = null;
  private ended: readonly string[] | null = null;
  private status = 0;
  private bodySent = true;
  /** The answer began before all of the request had left: whoever says it need not have read the rest. */
  private early = false;
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
    private readonly owner: ConnectionOwner<Connection>,
    private readonly limits: ConnectionLimits,
    dial: Dial,
  ) {
    super(limits.until);
    this.keepIdleMs = limits.keepIdleMs;
    this.parser = new AnswerParser({
      interim: (status, headers) => {
        this.exchange?.clock.interim();
        this.exchange?.listener.interim?.(status, headers);
      },
      head: (head) => this.onHead(head),
      data: (bytes) => {
        const kept = ownBytes(bytes);
        const { exchange } = this;
        exchange?.clock.took(this.activeAt, kept.length);
        if (exchange?.listener.chunk(kept) !== false) return;
        exchange.clock.heldUp(this.activeAt);
        this.socket.pause();
      },
      end: (trailers) => (this.ended = trailers),
    });
    this.socket = openSocket(this, origin, dial, {
      bytes: (bytes) => this.onData(bytes),
      cutOff: () => (this.isCutOff = true),
      missed: (address) => owner.missed?.(this, address),
      reached: (address) => owner.reached?.(this, address),
      connected: () => this.onConnected(),
      ended: () => this.onEnd(this.isCutOff, new ConnectionError('the connection was closed')),
      failed: (error) => this.onEnd(true, new ConnectionError(error.message, { cause: error })),
      closed: () => this.fail(new ConnectionError('the connection was closed')),
      drained: () => this.flow?.resume(),
    });
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
    exchange.clock.handed(this.activeAt, this.isConnected);
    this.parser.begin(exchange.method);
    const { head, body } = exchange;
    if (body.kind === 'streaming') return this.sendFlow(exchange, body.flow);
    writeWhole(this.socket, head, body.bytes);
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
    if (!this.isConnected) return;
    this.socket.write(exchange.head, 'latin1');
    pourRequest(this, this.socket, flow, {
      chunked: exchange.chunked,
      isUnderWay: () => this.exchange === exchange && !this.over,
      isContested: () => this.owner.isContested?.() ?? false,
      moves: () => (this.activeAt = performance.now()),
      ended: () => {
        this.bodySent = true;
        if (this.isConnected) exchange.clock.sent(performance.now());
      },
      // The caller has left in the middle: this connection is of no more use.
      broken: () => this.fail(new ConnectionError('the request broke off')),
    });
  }

  private onConnected(): void {
    this.isConnected = true;
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
    this.keepIdleMs = idleLimit(this.keepIdleMs, head.keepAliveSeconds);
    this.exchange?.listener.head(head.status, head.headers, this.resume);
  }

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
    this.fail(strayOr(broken, this.served));
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
    exchange?.listener.failed(this.isConnected ? error : notSent(error));
  }
}

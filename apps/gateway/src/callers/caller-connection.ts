import type { Socket } from 'node:net';
import { on, type Owner } from '#libs/data-plane';
import { BadMessage } from '../http/bad-message.ts';
import { parseRequestHead } from '../http/request-head.ts';
import { refusalOf } from '../heads/refusal.ts';
import { CONTINUE } from '../heads/write-answer-head.ts';
import { turnTime } from '../request/write-turn.ts';
import type { FlowSource } from './body-flow.ts';
import { BodyReader } from './body-reader.ts';
import { CallerClock, type ClockReading } from './caller-clock.ts';
import { clockReading } from './clock-reading.ts';
import type { ConnectionHost } from './connection-host.ts';
import { endOfHead, startOfHead } from './find-head.ts';
import { CallerRequest } from './caller-request.ts';
import { type AnsweringConnection, CallerResponse } from './caller-response.ts';
import { HeldBytes } from './held-bytes.ts';
import { PREFACE } from './http2-refusal.ts';

/** What a caller may send ahead while its last request is answered, before its connection is read no further. */
const MOST_AHEAD_BYTES = 16_384;
/**
 * Answers that a caller has not read: with more than that no further request of its connection begins. A caller that
 * asks on and on and never reads would have an answer of our own (404, say) for 20 bytes, and all of them in memory.
 */
const MOST_UNREAD_BYTES = 65_536;

/** One connection of a caller: reads its requests, one at a time, and gives each to the host. */
export class CallerConnection implements Owner, FlowSource, AnsweringConnection {
  readonly place = 'caller';
  /** The caller's; asked of the system once. */
  private readonly address: string | undefined;
  private readonly held: HeldBytes;
  private readonly clock: CallerClock;
  /** What came ahead found no room: the connection ends with the present answer, and the caller asks again. */
  private aheadDropped = false;
  private request: CallerRequest | null = null;
  private response: CallerResponse | null = null;
  private body: BodyReader | null = null;
  private reading = false;
  private closing = false;
  private heldUp = false;
  /** What came ahead waits until the caller has read its answers. */
  private unread = false;

  constructor(
    private readonly socket: Socket,
    private readonly host: ConnectionHost<CallerConnection>,
  ) {
    this.held = new HeldBytes(host.memory);
    this.address = socket.remoteAddress;
    this.clock = new CallerClock(host.limits, turnTime());
    socket.setNoDelay(true);
    on(this, socket, 'data', (bytes: Buffer) => this.read(bytes));
    // A caller that has closed its side has left, as nginx has it; but for an answer that is all under way to it.
    on(this, socket, 'end', () => {
      if (!this.closing || socket.writableLength === 0) socket.destroy();
    });
    on(this, socket, 'drain', () => {
      this.clock.drained();
      this.response?.onDrain?.();
      if (this.unread) this.goOn();
    });
    on(this, socket, 'error', () => undefined);
    on(this, socket, 'close', () => this.closed());
  }

  /** No request will come any more: ends at once, or with the answer that is under way. */
  drain(): void {
    if (this.request === null) this.socket.destroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** A callback threw: the caller is cut off, and what is under way for it ends by that. */
  endBy(): void {
    this.socket.destroy();
  }

  /** Cuts off who is too slow. */
  sweep(now: number): void {
    const late = this.clock.late(now, clockReading(this.socket, this.phase, this.request));
    if (late === 'end') this.socket.destroy();
    else if (late === 'head') this.refuse(408, 'the head of the request did not come in time');
    else if (late === 'body') this.refuse(408, 'the request did not come in time');
  }

  private get phase(): ClockReading['phase'] {
    if (this.closing) return 'closing';
    if (this.request === null) return 'idle';
    return this.request.complete || this.heldUp ? 'answering' : 'body';
  }

  private read(bytes: Buffer): void {
    if (this.closing) return this.clock.restart(turnTime());
    this.reading = true;
    try {
      this.consume(this.held.isEmpty ? bytes : this.held.takeWith(bytes));
    } catch (error) {
      // Whatever else is thrown is a mistake of ours: the containment ends the connection and counts it.
      if (!(error instanceof BadMessage)) throw error;
      this.refuse(error.status, error.message);
    } finally {
      this.reading = false;
    }
  }

  private consume(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length && !this.closing && !this.socket.destroyed) {
      if (this.request === null) {
        if (this.socket.writableLength > MOST_UNREAD_BYTES) return this.waitForReader(bytes.subarray(at));
        const next = this.readHead(bytes, at);
        if (next === null) return;
        at = next;
      } else if (!this.request.complete && this.body) {
        this.clock.restart(turnTime());
        at = this.body.push(bytes, at);
        this.next();
      } else {
        // The next request, ahead of the answer to this one.
        if (this.aheadDropped) return;
        if (!this.held.keep(at === 0 ? bytes : bytes.subarray(at))) this.aheadDropped = true;
        if (this.aheadDropped || bytes.length - at > MOST_AHEAD_BYTES) this.pause();
        return;
      }
    }
  }

  /** @returns where the body starts, or `null` while the head is not whole */
  private readHead(bytes: Buffer, from: number): number | null {
    const at = startOfHead(bytes, from);
    const end = endOfHead(bytes, at);
    if (end === null) {
      if (at === bytes.length) return at;
      this.clock.headBegan(turnTime());
      if (!this.held.keep(at === 0 ? bytes : bytes.subarray(at)))
        throw new BadMessage('this gateway has no memory left for it; try again', 503);
      return null;
    }
    if (end - at === PREFACE.length && bytes.toString('latin1', at, end) === PREFACE)
      return this.handOver(bytes.subarray(at));
    const head = parseRequestHead(bytes.toString('latin1', at, end));
    const request = new CallerRequest(head, this.address, this.host.scheme, this);
    const response = new CallerResponse(this.socket, head, this);
    this.request = request;
    this.response = response;
    this.clock.requestBegan(turnTime());
    this.body = new BodyReader(request);
    this.host.handle(request, response);
    // Who is answered already need not send.
    const asks = head.expectsContinue && !request.complete && end + 4 === bytes.length;
    if (asks && !response.headersSent) this.socket.write(CONTINUE, 'latin1');
    return end + 4;
  }

  /** The connection ends after a while, as one that lingers. */
  private handOver(first: Buffer): null {
    this.closing = true;
    this.held.letGo();
    this.clock.closing(turnTime(), false);
    this.socket.removeAllListeners('data');
    this.host.speaksHttp2(this.socket, first);
    return null;
  }

  get keepsAlive(): boolean {
    const { request } = this;
    if (request === null || !request.head.keepsAlive || this.aheadDropped) return false;
    return !this.host.isDraining() && (request.complete || request.head.body === 'none');
  }

  answered(closes: boolean): void {
    if (closes) this.linger(this.request?.complete === true);
    else this.next();
  }

  /** Both request and answer are over: what came ahead is next. */
  private next(): void {
    if (this.request === null || !this.request.complete || !this.response?.isEnded) return;
    this.request = null;
    this.response = null;
    this.clock.restart(turnTime());
    if (this.host.isDraining() || this.aheadDropped) return this.linger(!this.aheadDropped);
    this.goOn();
  }

  /** `drain` comes once all that was written has left: there is more of it than a socket takes without a stop. */
  private waitForReader(rest: Buffer): void {
    if (!this.held.keep(rest)) return this.linger(false);
    this.unread = true;
    this.pause();
  }

  /** With what came ahead. */
  private goOn(): void {
    this.unread = false;
    this.resume();
    if (!this.reading && !this.held.isEmpty) this.read(this.held.takeWith(null));
  }

  private refuse(status: number, why: string): void {
    this.held.letGo();
    if (this.response?.headersSent === true) return this.destroy();
    this.socket.write(refusalOf(this.request?.method ?? 'GET', status, why), 'latin1');
    this.response?.close(false);
    this.linger(false);
  }

  /**
   * What is written leaves; what still comes is thrown away for a while.
   * @param isWhole nothing is missing of the request
   */
  private linger(isWhole: boolean): void {
    this.closing = true;
    this.held.letGo();
    if (this.request?.complete === false) this.request.breakOff();
    this.clock.closing(turnTime(), isWhole);
    this.resume();
    this.socket.end();
  }

  /** For a body that is not taken as fast as it comes. */
  pause(): void {
    this.heldUp = true;
    this.socket.pause();
  }

  resume(): void {
    if (!this.heldUp) return;
    this.heldUp = false;
    this.clock.resumed(turnTime());
    this.socket.resume();
  }

  private closed(): void {
    this.closing = true;
    this.host.gone(this);
    this.held.letGo();
    const { request, response } = this;
    this.request = null;
    this.response = null;
    try {
      if (request && !request.complete) request.breakOff();
    } finally {
      response?.close(false);
    }
  }
}

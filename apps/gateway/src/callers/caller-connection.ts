import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { on, type Owner } from '../contained.ts';
import { BadMessage } from '../http/bad-message.ts';
import { ChunkedReader } from '../http/chunked-reader.ts';
import { parseRequestHead } from '../http/request-head.ts';
import { answerHead, contentOf, CONTINUE } from '../heads/write-answer-head.ts';
import { ownLines } from '../heads/head-lines.ts';
import { Hold, type MemoryBudget } from '../memory-budget.ts';
import { CallerRequest } from './caller-request.ts';
import { CallerResponse } from './caller-response.ts';

/** Limits of one caller's connection, in milliseconds. */
export interface CallerLimits {
  /** From the first byte of a request until its head is whole. */
  readonly headMs: number;
  /** Until the whole request is there. */
  readonly requestMs: number;
  /** Without a request. */
  readonly idleMs: number;
  /** That a caller reads nothing of an answer that waits for it. */
  readonly stuckMs: number;
}

export interface ConnectionHost {
  readonly limits: CallerLimits;
  readonly memory: MemoryBudget;
  /** No more requests are taken: answers say so, and connections end with them. */
  readonly isDraining: () => boolean;
  handle(request: CallerRequest, response: CallerResponse): void;
  gone(connection: CallerConnection): void;
}

const MOST_HEAD_BYTES = 16_384;
/** What a caller may send ahead while its last request is answered, before its connection is read no further. */
const MOST_AHEAD_BYTES = 16_384;
/**
 * Answers that a caller has not read: with more than that no further request of its connection begins. A caller that
 * asks on and on and never reads would have an answer of our own (404, say) for 20 bytes, and all of them in memory.
 */
const MOST_UNREAD_BYTES = 65_536;
/** The share of memory of those whose request has no model yet. */
const NO_MODEL = '';
/** A body that a model server is held up by comes with at least so many bytes in each window: 1 KiB a second. */
const FLOW_WINDOW_MS = 10_000;
const FLOW_WINDOW_BYTES = 10_240;
/**
 * What a caller still sends after its answer is thrown away, so that it can read it (RFC 9112 §9.6): until it has been
 * quiet for so long, and not for longer than that, as nginx has it.
 */
const LINGER_MS = 1_000;
const MOST_LINGER_MS = 30_000;

/** One connection of a caller: reads its requests, one at a time, and gives each to the host. */
export class CallerConnection implements Owner {
  readonly place = 'caller';
  private held: Buffer | null = null;
  private heldBytes: Hold | null = null;
  /** What came ahead found no room: the connection ends with the present answer, and the caller asks again. */
  private aheadDropped = false;
  private flowSince = 0;
  private flowBytes = 0;
  private request: CallerRequest | null = null;
  private response: CallerResponse | null = null;
  private left = 0;
  private chunked: ChunkedReader | null = null;
  private reading = false;
  private closing = false;
  private heldUp = false;
  /** What came ahead waits until the caller has read its answers. */
  private unread = false;
  /** When the present phase began: waiting, reading a head, reading a body. */
  private since = performance.now();
  private headSince: number | null = null;
  private stuckSince: number | null = null;
  private closingSince = 0;
  private served = 0;

  constructor(
    private readonly socket: Socket,
    private readonly host: ConnectionHost,
  ) {
    socket.setNoDelay(true);
    on(this, socket, 'data', (bytes: Buffer) => this.read(bytes));
    // A caller that has closed its side has left, as nginx has it.
    on(this, socket, 'end', () => socket.destroy());
    on(this, socket, 'drain', () => {
      this.stuckSince = null;
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
    const { headMs, requestMs, idleMs, stuckMs } = this.host.limits;
    // What still leaves is no idleness, and its own clock runs.
    if (this.socket.writableLength > 0 && (this.closing || this.request === null)) this.since = now;
    const phase = now - this.since;
    if (this.closing) {
      if (phase > LINGER_MS || now - this.closingSince > MOST_LINGER_MS) this.socket.destroy();
    } else if (this.request === null) {
      if (this.headSince !== null && now - this.headSince > headMs)
        this.refuse(408, 'the head of the request did not come in time');
      else if (phase > (this.served === 0 ? headMs : idleMs)) this.socket.destroy();
    } else if (
      !this.request.complete &&
      !this.heldUp &&
      (phase > requestMs || this.dawdles(this.request, now))
    )
      this.refuse(408, 'the request did not come in time');
    if (this.socket.writableLength === 0) this.stuckSince = null;
    else this.stuckSince ??= now;
    if (this.stuckSince !== null && now - this.stuckSince > stuckMs) this.socket.destroy();
  }

  /** Does it hold a model server up, and sends next to nothing? */
  private dawdles(request: CallerRequest, now: number): boolean {
    if (!request.isFlowing) return false;
    if (this.flowSince === 0 || now - this.flowSince > FLOW_WINDOW_MS) {
      const came = request.receivedBytes - this.flowBytes;
      const dawdled = this.flowSince !== 0 && came < FLOW_WINDOW_BYTES;
      [this.flowSince, this.flowBytes] = [now, request.receivedBytes];
      return dawdled;
    }
    return false;
  }

  private read(bytes: Buffer): void {
    if (this.closing) {
      this.since = performance.now();
      return;
    }
    let all = bytes;
    if (this.held) {
      all = Buffer.concat([this.held, bytes]);
      this.letGo();
    }
    this.reading = true;
    try {
      this.consume(all);
    } catch (error) {
      // Whatever else is thrown is a mistake of ours: the containment ends the connection and counts it.
      if (!(error instanceof BadMessage)) throw error;
      this.refuse(error.status, error.message);
    } finally {
      this.reading = false;
    }
  }

  /** Keeps bytes for later. @returns whether there was room in the budget of all */
  private keep(bytes: Buffer): boolean {
    // The rest of a large read must not keep all of it alive.
    const own = bytes.buffer.byteLength > 2 * bytes.length ? Buffer.from(bytes) : bytes;
    this.heldBytes = new Hold(this.host.memory, this.host.memory.shareOf(NO_MODEL));
    if (this.heldBytes.take(own.buffer.byteLength)) {
      this.held = own;
      return true;
    }
    this.letGo();
    return false;
  }

  private letGo(): void {
    this.held = null;
    this.heldBytes?.release();
    this.heldBytes = null;
  }

  private consume(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length && !this.closing && !this.socket.destroyed) {
      if (this.request === null) {
        if (this.socket.writableLength > MOST_UNREAD_BYTES) return this.waitForReader(bytes.subarray(at));
        const next = this.readHead(bytes, at);
        if (next === null) return;
        at = next;
      } else if (!this.request.complete) at = this.readBody(bytes, at, this.request);
      else {
        // The next request, ahead of the answer to this one.
        if (this.aheadDropped) return;
        if (!this.keep(at === 0 ? bytes : bytes.subarray(at))) this.aheadDropped = true;
        if (this.aheadDropped || bytes.length - at > MOST_AHEAD_BYTES) this.pause();
        return;
      }
    }
  }

  /** @returns where the body starts, or `null` while the head is not whole */
  private readHead(bytes: Buffer, from: number): number | null {
    let at = from;
    // Empty lines before a request are let pass (RFC 9112 §2.2).
    while (bytes[at] === 13 && bytes[at + 1] === 10) at += 2;
    const end = bytes.indexOf('\r\n\r\n', at, 'latin1');
    if ((end < 0 ? bytes.length : end) - at > MOST_HEAD_BYTES)
      throw new BadMessage('the head of the request is too large', 431);
    if (end < 0) {
      if (at === bytes.length) return at;
      this.headSince ??= performance.now();
      if (!this.keep(at === 0 ? bytes : bytes.subarray(at)))
        throw new BadMessage('this gateway has no memory left for it; try again', 503);
      return null;
    }
    const head = parseRequestHead(bytes.toString('latin1', at, end));
    const request = new CallerRequest(head, this.socket.remoteAddress, {
      pause: () => this.pause(),
      resume: () => this.resume(),
    });
    const response = new CallerResponse(
      this.socket,
      {
        method: head.method,
        minor: head.minor,
        keepsAlive: () =>
          head.keepsAlive &&
          !this.aheadDropped &&
          !this.host.isDraining() &&
          (request.complete || head.body === 'none'),
      },
      (closes) => this.answered(closes),
    );
    this.request = request;
    this.response = response;
    this.since = performance.now();
    this.headSince = null;
    [this.flowSince, this.flowBytes] = [0, 0];
    this.served++;
    this.left = typeof head.body === 'object' ? head.body.length : 0;
    this.chunked =
      head.body === 'chunked'
        ? new ChunkedReader({ data: (chunk) => request.take(chunk), end: () => request.finish() })
        : null;
    if (head.body === 'none') request.complete = true;
    else if (head.expectsContinue && end + 4 === bytes.length) this.socket.write(CONTINUE, 'latin1');
    this.host.handle(request, response);
    return end + 4;
  }

  private readBody(bytes: Buffer, at: number, request: CallerRequest): number {
    if (this.chunked) {
      const end = this.chunked.push(bytes, at);
      if (request.complete) this.next();
      return end;
    }
    const end = Math.min(bytes.length, at + this.left);
    this.left -= end - at;
    request.take(bytes.subarray(at, end));
    if (this.left === 0) {
      request.finish();
      this.next();
    }
    return end;
  }

  /** The answer has been given to the socket. */
  private answered(closes: boolean): void {
    if (closes) {
      this.linger();
      return;
    }
    this.next();
  }

  /** Both request and answer are over: what came ahead is next. */
  private next(): void {
    if (this.request === null || !this.request.complete || !this.response?.isEnded) return;
    this.request = null;
    this.response = null;
    this.since = performance.now();
    if (this.host.isDraining() || this.aheadDropped) return this.linger();
    this.goOn();
  }

  /** `drain` comes once all that was written has left: there is more of it than a socket takes without a stop. */
  private waitForReader(rest: Buffer): void {
    if (!this.keep(rest)) return this.linger();
    this.unread = true;
    this.pause();
  }

  /** With what came ahead. */
  private goOn(): void {
    this.unread = false;
    this.resume();
    if (this.reading || this.held === null) return;
    const { held } = this;
    this.letGo();
    this.read(held);
  }

  private refuse(status: number, why: string): void {
    this.letGo();
    if (this.response?.headersSent === true) return this.destroy();
    const body = JSON.stringify({
      ...{ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status },
      ...{ code: 'request_malformed', detail: `This is no request that can be passed on: ${why}.` },
    });
    const lines = ownLines(['content-type', 'application/problem+json']);
    this.socket.write(answerHead(status, lines, Buffer.byteLength(body), 'close'), 'latin1');
    if (contentOf(this.request?.method ?? 'GET', status) === 'some') this.socket.write(body);
    this.response?.close(false);
    this.linger();
  }

  /** What is written leaves; what still comes is thrown away for a moment. */
  private linger(): void {
    this.closing = true;
    this.letGo();
    if (this.request && !this.request.complete) this.request.breakOff();
    this.closingSince = performance.now();
    this.since = this.closingSince;
    this.resume();
    this.socket.end();
  }

  private pause(): void {
    this.heldUp = true;
    this.socket.pause();
  }

  private resume(): void {
    if (!this.heldUp) return;
    this.heldUp = false;
    this.since = performance.now();
    this.flowSince = 0;
    this.socket.resume();
  }

  private closed(): void {
    this.closing = true;
    this.host.gone(this);
    this.letGo();
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

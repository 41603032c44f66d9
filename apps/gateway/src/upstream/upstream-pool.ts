import { type AddressPolicy, hostRefusal } from '#libs/addresses';
import type { RouteTarget } from '#libs/traffic';
import type { RequestBody } from '../request-body.ts';
import { type AnswerListener, Connection } from './connection.ts';
import {
  AbortedError,
  ConnectTimeoutError,
  ConnectionError,
  NotSentError,
  OverLimitError,
  UpstreamTimeoutError,
} from './errors.ts';
import { type Origin, originOf } from './origin.ts';
import type { PassedLines } from '../heads/head-lines.ts';
import { writeRequestHead } from '../heads/write-request-head.ts';

/** One request to a model server. */
export interface UpstreamRequest {
  readonly method: string;
  readonly target: RouteTarget;
  /** Path and query below the serving URL, untouched. */
  readonly rest: string;
  readonly headers: PassedLines;
  readonly body: RequestBody;
  /** It does no harm when the model server sees it twice. */
  readonly isRepeatable: boolean;
}

/** A request under way. */
export interface Call {
  /** Gives it up; `failed` is told, unless it is over. */
  abort(): void;
}

export interface UpstreamLimits {
  /** Connections to one model server, and so requests under way at once. */
  readonly connections: number;
  /** Requests that wait for a connection to one model server; what comes on top fails at once. */
  readonly waiting: number;
  /** Without a byte, in either direction. */
  readonly timeoutMs: number;
  /** Of an answer's head, as it goes on to callers. */
  readonly answerHeadBytes: number;
}

const KEEP_IDLE_MS = 4_000;
const MOST_CONNECT_MS = 5_000;
const SWEEP_MS = 250;

/**
 * Connections to model servers of one role: callers' and shadow's are apart, so that one cannot starve the
 * other. HTTP/1.1 by our own reader and by callbacks, since an exchange costs a third of what a general
 * client's does (ADR 10, `bench/gateway.ts`).
 */
export class UpstreamPool {
  private readonly servers = new Map<string, Server>();
  private readonly origins = new WeakMap<RouteTarget, Origin>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    private readonly limits: UpstreamLimits,
    private readonly policy: AddressPolicy,
  ) {
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** Never throws and never calls back before it has returned: whatever is wrong is told to the listener. */
  send(request: UpstreamRequest, listener: AnswerListener): Call {
    let origin: Origin;
    try {
      origin = this.originOf(request.target);
    } catch (error) {
      process.nextTick(() => listener.failed(error as Error));
      return { abort: () => undefined };
    }
    let server = this.servers.get(origin.key);
    if (!server) this.servers.set(origin.key, (server = new Server(origin, this.limits, this.policy)));
    const pending = new Pending(server, request, origin, listener);
    server.start(pending);
    return pending;
  }

  private originOf(target: RouteTarget): Origin {
    let origin = this.origins.get(target);
    if (origin) return origin;
    origin = originOf(target.url);
    // Node looks up no name where the host is an address; a name is checked when it is looked up.
    const refused = hostRefusal(this.policy, origin.host);
    if (refused) throw new NotSentError(refused.message, { cause: refused });
    this.origins.set(target, origin);
    return origin;
  }

  private sweep(): void {
    for (const [key, server] of this.servers) if (server.sweep()) this.servers.delete(key);
  }

  close(): void {
    clearInterval(this.sweeper);
    for (const server of this.servers.values()) server.close();
    this.servers.clear();
  }
}

/** A request that waits for a connection or has one. */
class Pending implements Call, AnswerListener {
  readonly since = performance.now();
  private connection: Connection | null = null;
  private tries = 0;
  private over = false;

  constructor(
    private readonly server: Server,
    private readonly request: UpstreamRequest,
    private readonly origin: Origin,
    private readonly listener: AnswerListener,
  ) {}

  get isOver(): boolean {
    return this.over;
  }

  sendOn(connection: Connection): void {
    this.connection = connection;
    this.tries++;
    const { method, body } = this.request;
    const { head, chunked } = writeRequestHead(this.request, this.origin);
    connection.send({ method, head, body, chunked, listener: this });
  }

  abort(): void {
    if (this.over) return;
    if (this.connection) this.connection.close(new AbortedError('given up'));
    else this.failed(new AbortedError('given up'));
  }

  interim(status: number, headers: readonly string[]): void {
    this.listener.interim?.(status, headers);
  }

  head(status: number, headers: readonly string[], resume: () => void): void {
    this.listener.head(status, headers, resume);
  }

  chunk(bytes: Buffer): boolean {
    return this.listener.chunk(bytes);
  }

  end(trailers: readonly string[]): void {
    this.over = true;
    this.listener.end(trailers);
  }

  failed(error: Error): void {
    if (this.over) return;
    if (this.mayTryAgain(error)) {
      this.connection = null;
      return this.server.start(this);
    }
    this.over = true;
    this.listener.failed(error);
  }

  /** A connection that was idle may have been closed just when it was used again (RFC 9112 §9.3.1). */
  private mayTryAgain(error: Error): boolean {
    const { connection, request } = this;
    return (
      error instanceof ConnectionError &&
      connection !== null &&
      connection.served > 0 &&
      !connection.answered &&
      request.isRepeatable &&
      request.body.kind === 'whole' &&
      this.tries < 3
    );
  }
}

/** All connections to one model server, and who waits for one. */
class Server {
  private readonly all = new Set<Connection>();
  private readonly idle: Connection[] = [];
  private readonly waiting: Pending[] = [];
  private closed = false;

  constructor(
    private readonly origin: Origin,
    private readonly limits: UpstreamLimits,
    private readonly policy: AddressPolicy,
  ) {}

  start(pending: Pending): void {
    const connection = this.idle.pop() ?? this.connect();
    if (connection) return pending.sendOn(connection);
    if (this.waiting.length < this.limits.waiting && !this.closed) this.waiting.push(pending);
    else {
      const error = new OverLimitError(`more than ${this.limits.connections} requests are under way`);
      process.nextTick(() => pending.failed(error));
    }
  }

  private connect(): Connection | null {
    if (this.all.size >= this.limits.connections || this.closed) return null;
    const connection = new Connection(
      this.origin,
      { idle: (one) => this.release(one), gone: (one) => this.forget(one) },
      { keepIdleMs: KEEP_IDLE_MS, answerHeadBytes: this.limits.answerHeadBytes },
      this.policy,
    );
    this.all.add(connection);
    return connection;
  }

  private release(connection: Connection): void {
    const next = this.nextWaiting();
    if (next) next.sendOn(connection);
    else this.idle.push(connection);
  }

  private forget(connection: Connection): void {
    this.all.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    const next = this.waiting.length > 0 ? this.connect() : null;
    if (next) this.nextWaiting()?.sendOn(next);
  }

  private nextWaiting(): Pending | undefined {
    for (;;) {
      const next = this.waiting.shift();
      if (!next?.isOver) return next;
    }
  }

  /** @returns whether nothing is left of it */
  sweep(): boolean {
    const now = performance.now();
    const { timeoutMs } = this.limits;
    for (const connection of this.all) {
      const still = now - connection.activeAt;
      if (!connection.isConnected) {
        if (still > Math.min(MOST_CONNECT_MS, timeoutMs))
          connection.close(new ConnectTimeoutError('no connection'));
      } else if (connection.isBusy) {
        if (still > timeoutMs) connection.close(new UpstreamTimeoutError('no answer'));
      } else if (still > connection.keepIdleMs) connection.close(new ConnectionError('idle for too long'));
    }
    for (const pending of this.waiting.filter((one) => now - one.since > timeoutMs)) {
      this.waiting.splice(this.waiting.indexOf(pending), 1);
      pending.failed(new OverLimitError('no connection was free in time'));
    }
    return this.all.size === 0 && this.waiting.length === 0;
  }

  close(): void {
    this.closed = true;
    for (const pending of this.waiting.splice(0)) pending.failed(new AbortedError('the gateway stops'));
    for (const connection of [...this.all]) connection.close(new AbortedError('the gateway stops'));
  }
}

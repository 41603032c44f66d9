import { type AddressPolicy, hostRefusal } from '#libs/addresses';
import type { RouteTarget } from '#libs/traffic';
import { contain, every, fault, PROCESS, soon } from '../contained.ts';
import { FairShare, type Share } from '../fair-share.ts';
import { BadMessage } from '../http/bad-message.ts';
import type { RequestBody } from '../request-body.ts';
import { AnswerClock } from './answer-clock.ts';
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
import { WaitingLine } from './waiting-line.ts';

/** One request to a model server. */
export interface UpstreamRequest {
  readonly method: string;
  /** Models that share a model server take turns. */
  readonly model: string;
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
  /** When what happened to it, so far. */
  readonly clock: AnswerClock;
}

export interface UpstreamLimits {
  /** Connections to one model server, and so requests under way at once. */
  readonly connections: number;
  /** Requests of one model that wait for a connection to one model server; what comes on top fails at once. */
  readonly waiting: number;
  /** Without a byte, in either direction; while a slow caller keeps us from reading, it does not run. */
  readonly timeoutMs: number;
  /** To set up a connection. */
  readonly connectMs: number;
  /** Of an answer's head, as it goes on to callers. */
  readonly answerHeadBytes: number;
  /** Of an answer's body, that the gateway keeps; of a longer one no arm is told anything. */
  readonly keptBytes: number;
  /** What this gateway calls itself in `Via`. */
  readonly via: string;
}

const KEEP_IDLE_MS = 4_000;
const SWEEP_MS = 250;
/**
 * So many connections (a sixteenth, at least one) a model always gets, also where the requests of others take all that
 * there are: models that share a model server wait for their own requests, never for others' that hang or are not read.
 */
const SHARE_OF_EACH = 1 / 16;
/**
 * At most half of the connections to a model server carry bodies that are still coming in: whoever uploads slowly keeps
 * nobody from it whose request is there, and no model's uploads another's.
 */
const SHARE_OF_FLOWS = 0.5;

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
    this.sweeper = every(PROCESS, SWEEP_MS, () => this.sweep()).unref();
  }

  /** Never throws and never calls back before it has returned: whatever is wrong is told to the listener. */
  send(request: UpstreamRequest, listener: AnswerListener): Call {
    let origin: Origin;
    try {
      origin = this.originOf(request.target);
    } catch (error) {
      soon(listener, () => listener.failed(error as Error));
      const clock = new AnswerClock(this.limits.keptBytes);
      clock.handed(performance.now(), false);
      return { abort: () => undefined, clock };
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
    for (const [key, server] of this.servers)
      contain(PROCESS, () => {
        if (server.sweep()) this.servers.delete(key);
      });
  }

  close(): void {
    clearInterval(this.sweeper);
    for (const server of this.servers.values()) server.close();
    this.servers.clear();
  }
}

/** A request that waits for a connection or has one. What its listener throws ends it, and nothing else. */
class Pending implements Call, AnswerListener {
  readonly place = 'exchange';
  readonly since = performance.now();
  readonly clock: AnswerClock;
  private connection: Connection | null = null;
  private tries = 0;
  private over = false;

  constructor(
    private readonly server: Server,
    private readonly request: UpstreamRequest,
    private readonly origin: Origin,
    private readonly listener: AnswerListener,
  ) {
    this.clock = new AnswerClock(server.keptBytes);
  }

  get isOver(): boolean {
    return this.over;
  }

  get model(): string {
    return this.request.model;
  }

  /** Its body is still coming in. */
  get isFlow(): boolean {
    return this.request.body.kind === 'streaming';
  }

  sendOn(connection: Connection): void {
    this.connection = connection;
    this.tries++;
    contain(this, () => {
      const { method, body } = this.request;
      const { head, chunked } = writeRequestHead(this.request, this.origin, this.server.via);
      connection.send({ method, head, body, chunked, listener: this, clock: this.clock });
    });
  }

  abort(): void {
    if (this.over) return;
    if (this.connection) this.connection.close(new AbortedError('given up'));
    else this.failed(new AbortedError('given up'));
  }

  /** A step of this exchange threw: its connection is closed, if it still is on one, and its listener ends the rest. */
  endBy(error: unknown): void {
    const { connection, over } = this;
    this.over = true;
    // An exchange that is over may have given its connection to the next one.
    if (!over) connection?.endBy(error);
    this.server.left(this);
    this.listener.endBy(error);
  }

  interim(status: number, headers: readonly string[]): void {
    if (!this.over) this.passOn(() => this.listener.interim?.(status, headers));
  }

  head(status: number, headers: readonly string[], resume: () => void): void {
    if (!this.over) this.passOn(() => this.listener.head(status, headers, resume));
  }

  chunk(bytes: Buffer): boolean {
    let goOn = true;
    if (!this.over) this.passOn(() => (goOn = this.listener.chunk(bytes)));
    return goOn;
  }

  end(trailers: readonly string[]): void {
    if (this.over) return;
    this.over = true;
    this.server.left(this);
    contain(this, () => this.listener.end(trailers));
  }

  failed(error: Error): void {
    if (this.over) return;
    if (this.mayTryAgain(error)) {
      this.connection = null;
      return this.server.start(this);
    }
    this.over = true;
    this.clock.ended(performance.now());
    this.server.left(this);
    contain(this, () => this.listener.failed(error));
  }

  /** What the listener finds bad in a message is the connection's end, as what the parser finds; anything else is a fault. */
  private passOn(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (error instanceof BadMessage) throw error;
      fault(this, error);
    }
  }

  /** A connection that was idle may have been closed just when it was used again (RFC 9112 §9.3.1). */
  private mayTryAgain(error: Error): boolean {
    const { connection, request } = this;
    return (
      error instanceof ConnectionError &&
      connection !== null &&
      (connection.served > 0 || connection.wasIdle) &&
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
  private readonly whole: WaitingLine<Pending>;
  private readonly flows: WaitingLine<Pending>;
  /** Places for bodies that are still coming in. */
  private readonly places: FairShare;
  private readonly placed = new Map<Pending, Share>();
  /** Whose request each busy connection carries, and how many each model has. */
  private readonly carries = new Map<Connection, string>();
  private readonly busy = new Map<string, number>();
  private readonly ofEach: number;
  private flowsTurn = false;
  private closed = false;

  constructor(
    private readonly origin: Origin,
    private readonly limits: UpstreamLimits,
    private readonly policy: AddressPolicy,
  ) {
    this.whole = new WaitingLine(limits.waiting);
    this.flows = new WaitingLine(limits.waiting);
    this.ofEach = Math.max(1, Math.floor(limits.connections * SHARE_OF_EACH));
    this.places = new FairShare(Math.max(1, Math.floor(limits.connections * SHARE_OF_FLOWS)));
  }

  get via(): string {
    return this.limits.via;
  }

  get keptBytes(): number {
    return this.limits.keptBytes;
  }

  start(pending: Pending): void {
    const allowed = !pending.isFlow || this.place(pending);
    const connection = allowed ? (this.idle.pop() ?? this.connect(pending.model)) : null;
    if (connection) return this.give(connection, pending);
    this.left(pending);
    const line = pending.isFlow ? this.flows : this.whole;
    if (!this.closed && line.push(pending.model, pending)) return;
    const error = new OverLimitError(`more than ${this.limits.connections} requests are under way`);
    soon(pending, () => pending.failed(error));
  }

  /** It is over, or waits: its place is another's. */
  left(pending: Pending): void {
    const share = this.placed.get(pending);
    if (!share) return;
    this.placed.delete(pending);
    this.places.give(1, share);
    // Where connections are free, a body that waited for a place takes one now.
    if (!this.flows.isEmpty && (this.idle.length > 0 || this.hasFree)) soon(PROCESS, () => this.useFree());
  }

  private get hasFree(): boolean {
    return this.all.size < this.limits.connections;
  }

  private hasItsOwn(model: string): boolean {
    return (this.busy.get(model) ?? 0) >= this.ofEach;
  }

  private give(connection: Connection, pending: Pending): void {
    const { model } = pending;
    this.carries.set(connection, model);
    this.busy.set(model, (this.busy.get(model) ?? 0) + 1);
    pending.sendOn(connection);
  }

  private isFree(connection: Connection): void {
    const model = this.carries.get(connection);
    if (model === undefined) return;
    this.carries.delete(connection);
    const left = (this.busy.get(model) ?? 1) - 1;
    if (left > 0) this.busy.set(model, left);
    else this.busy.delete(model);
  }

  private place(pending: Pending): boolean {
    const share = this.places.shareOf(pending.model);
    if (!this.places.take(1, share)) return false;
    this.placed.set(pending, share);
    return true;
  }

  private useFree(): void {
    for (;;) {
      const next = this.flows.isEmpty ? undefined : this.nextFlow();
      if (!next) return;
      const connection = this.idle.pop() ?? this.connect(next.model);
      if (connection) {
        this.give(connection, next);
        continue;
      }
      this.left(next);
      this.flows.push(next.model, next);
      return;
    }
  }

  private connect(model: string): Connection | null {
    if (this.closed || (!this.hasFree && this.hasItsOwn(model))) return null;
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
    this.isFree(connection);
    const isExtra = this.all.size > this.limits.connections;
    const next = this.nextWaiting(!isExtra);
    if (next) this.give(connection, next);
    else if (isExtra) connection.close(new ConnectionError('more than are kept'));
    else this.idle.push(connection);
  }

  private forget(connection: Connection): void {
    this.all.delete(connection);
    this.isFree(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    if (this.closed || (this.whole.isEmpty && this.flows.isEmpty)) return;
    const next = this.nextWaiting(this.hasFree);
    const free = next ? this.connect(next.model) : null;
    if (next && free) this.give(free, next);
  }

  /**
   * First of a model that has less than its own. Bodies that are whole and bodies that come in take turns.
   * @param anybody is there a connection for others, too?
   */
  private nextWaiting(anybody: boolean): Pending | undefined {
    if (this.whole.isEmpty && this.flows.isEmpty) return undefined;
    this.flowsTurn = !this.flowsTurn;
    return this.nextOf((model) => !this.hasItsOwn(model)) ?? (anybody ? this.nextOf(() => true) : undefined);
  }

  private nextOf(may: (model: string) => boolean): Pending | undefined {
    return this.flowsTurn
      ? (this.nextFlow(may) ?? this.nextWhole(may))
      : (this.nextWhole(may) ?? this.nextFlow(may));
  }

  private nextWhole(may: (model: string) => boolean): Pending | undefined {
    for (;;) {
      const next = this.whole.shift(may);
      if (!next?.isOver) return next;
    }
  }

  /** With a place taken. */
  private nextFlow(may: (model: string) => boolean = () => true): Pending | undefined {
    for (;;) {
      const next = this.flows.shift(
        (model) => may(model) && this.places.hasRoom(1, this.places.shareOf(model)),
      );
      if (next === undefined) return undefined;
      if (!next.isOver && this.place(next)) return next;
    }
  }

  /** @returns whether nothing is left of it */
  sweep(): boolean {
    const now = performance.now();
    const { timeoutMs } = this.limits;
    for (const connection of this.all) contain(connection, () => this.sweepOne(connection, now));
    const late = (one: Pending): boolean => one.isOver || now - one.since > timeoutMs;
    for (const line of [this.whole, this.flows])
      for (const pending of line.takeOut(late))
        contain(pending, () => pending.failed(new OverLimitError('no connection was free in time')));
    return this.all.size === 0 && this.whole.isEmpty && this.flows.isEmpty;
  }

  private sweepOne(connection: Connection, now: number): void {
    const { timeoutMs, connectMs } = this.limits;
    const still = now - connection.activeAt;
    if (!connection.isConnected) {
      if (still > connectMs) connection.close(new ConnectTimeoutError('no connection'));
    } else if (connection.isBusy) {
      if (still > timeoutMs && !connection.isHeldUp) connection.close(new UpstreamTimeoutError('no answer'));
    } else if (still > connection.keepIdleMs) connection.close(new ConnectionError('idle for too long'));
  }

  close(): void {
    this.closed = true;
    const stops = (): Error => new AbortedError('the gateway stops');
    for (const line of [this.whole, this.flows])
      for (const pending of line.takeOut(() => true)) contain(pending, () => pending.failed(stops()));
    for (const connection of [...this.all]) contain(connection, () => connection.close(stops()));
  }
}

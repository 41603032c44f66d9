import { contain, PROCESS, soon } from '../contained.ts';
import { FairShare, type Share } from '../fair-share.ts';
import { Connection } from './connection.ts';
import type { Dial } from './dial.ts';
import {
  AbortedError,
  ConnectTimeoutError,
  ConnectionError,
  OverLimitError,
  UpstreamTimeoutError,
} from './errors.ts';
import type { Origin } from './origin.ts';
import type { Pending, PendingHost } from './pending.ts';
import type { UpstreamLimits } from './upstream-request.ts';
import { WaitingLine } from './waiting-line.ts';

const KEEP_IDLE_MS = 4_000;
/** A spare connection is opened this often at most, and so long before the idle one that it replaces is closed. */
const SPARE_EVERY_MS = 1_000;
const OVERLAP_MS = 500;
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

/** All connections to one model server, and who waits for one. */
export class ServerConnections implements PendingHost {
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
  /**
   * One idle connection is always kept, and replaced when it has been idle for too long: the arm that is asked rarely finds it set up
   * and accepted as the other one does.
   */
  keepsWarm = false;
  /** The server has kept a connection after an answer; one that does not must not be given connections that send nothing. */
  private keepsAlive = false;
  private spareAt = -Infinity;

  constructor(
    private readonly origin: Origin,
    readonly limits: UpstreamLimits,
    private readonly dial: Dial,
  ) {
    this.whole = new WaitingLine(limits.waiting);
    this.flows = new WaitingLine(limits.waiting);
    this.ofEach = Math.max(1, Math.floor(limits.connections * SHARE_OF_EACH));
    this.places = new FairShare(Math.max(1, Math.floor(limits.connections * SHARE_OF_FLOWS)));
  }

  start(pending: Pending): void {
    const allowed = !pending.isFlow || this.place(pending);
    const connection = allowed ? this.connectionFor(pending) : null;
    if (connection) return this.give(connection, pending);
    this.left(pending);
    const line = pending.isFlow ? this.flows : this.whole;
    if (!this.closed && line.push(pending.model, pending)) return;
    const error = new OverLimitError(`more than ${this.limits.connections} requests are under way`);
    soon(pending, () => pending.failed(error));
  }

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
      const connection = this.takeIdle() ?? this.connect(next.model);
      if (connection) {
        this.give(connection, next);
        continue;
      }
      this.left(next);
      this.flows.push(next.model, next);
      return;
    }
  }

  private connectionFor({ model, isRepeat }: Pending): Connection | null {
    if (!isRepeat) return this.takeIdle() ?? this.connect(model);
    // An idle connection has failed it, and others may be like that one.
    if (!this.hasFree) this.idle.pop()?.close(new ConnectionError('makes room'));
    return this.connect(model) ?? this.takeIdle() ?? null;
  }

  private takeIdle(): Connection | undefined {
    const connection = this.idle.pop();
    if (connection) connection.wasIdle = true;
    return connection;
  }

  private connect(model: string): Connection | null {
    return this.closed || (!this.hasFree && this.hasItsOwn(model)) ? null : this.open();
  }

  /** @returns whether one is being set up */
  private openSpare(): boolean {
    if (!this.keepsWarm || !this.keepsAlive || this.closed) return false;
    for (const one of this.all) if (!one.isConnected) return true;
    const now = performance.now();
    if (!this.hasFree || now - this.spareAt < SPARE_EVERY_MS) return false;
    this.spareAt = now;
    this.open();
    return true;
  }

  private open(): Connection {
    const connection = new Connection(
      this.origin,
      {
        idle: (one) => this.release(one),
        gone: (one) => this.forget(one),
        isContested: () => !this.flows.isEmpty,
      },
      { keepIdleMs: KEEP_IDLE_MS, answerHeadBytes: this.limits.answerHeadBytes },
      this.dial,
    );
    this.all.add(connection);
    return connection;
  }

  private release(connection: Connection): void {
    this.isFree(connection);
    connection.wasIdle = false;
    if (connection.served > 0) this.keepsAlive = true;
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
    if (at >= 0) {
      this.idle.splice(at, 1);
      if (this.idle.length === 0) this.openSpare();
    }
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
    return !this.keepsWarm && this.all.size === 0 && this.whole.isEmpty && this.flows.isEmpty;
  }

  private sweepOne(connection: Connection, now: number): void {
    const { timeoutMs, connectMs } = this.limits;
    const still = now - connection.activeAt;
    if (!connection.isConnected) {
      if (still > connectMs) connection.close(new ConnectTimeoutError('no connection'));
    } else if (connection.isBusy) {
      if (still > timeoutMs && !connection.isHeldUp && !connection.awaitsCaller)
        connection.close(new UpstreamTimeoutError('no answer'));
    } else if (still > connection.keepIdleMs) {
      const isLast = this.idle.length === 1 && still < connection.keepIdleMs + OVERLAP_MS;
      if (!isLast || !this.openSpare()) connection.close(new ConnectionError('idle for too long'));
    }
  }

  close(): void {
    this.closed = true;
    const stops = (): Error => new AbortedError('the gateway stops');
    for (const line of [this.whole, this.flows])
      for (const pending of line.takeOut(() => true)) contain(pending, () => pending.failed(stops()));
    for (const connection of [...this.all]) contain(connection, () => connection.close(stops()));
  }
}

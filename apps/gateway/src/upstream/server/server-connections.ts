import { contain, PROCESS, soon } from '#libs/data-plane';
import { Carried } from '../replicas/carried.ts';
import type { Connection } from '../connection/connection.ts';
import { ConnectionOpener } from './connection-opener.ts';
import type { Dial } from '../connection/dial.ts';
import {
  AbortedError,
  ConnectTimeoutError,
  ConnectionError,
  OverLimitError,
  ReplicaSilentError,
  UpstreamTimeoutError,
} from '../connection/errors.ts';
import type { Origin } from '../origin.ts';
import type { Pending, PendingHost } from '../connection/pending.ts';
import type { UpstreamLimits } from '../upstream-request.ts';
import { type Asking, Replicas } from '../replicas/replicas.ts';
import type { Replica } from '../replicas/server-addresses.ts';
import type { TargetHealth } from '../replicas/target-health.ts';
import { IdleConnections } from './idle-connections.ts';
import { latenessOf } from '../connection/lateness.ts';
import { Waiters } from './waiters.ts';

/** A spare connection is opened this often at most, and so long before the idle one that it replaces is closed. */
const SPARE_EVERY_MS = 1_000;
const OVERLAP_MS = 500;
/** All connections to the replicas of one model server, and who waits for one. */
export class ServerConnections implements PendingHost {
  readonly replicas: Replicas;
  private readonly all = new Set<Connection>();
  private readonly idle = new IdleConnections();
  private readonly waiters: Waiters;
  private readonly opener: ConnectionOpener;
  private readonly carried: Carried;
  /** Which request each one carries, where another replica could take it. */
  private readonly carries = new Map<Connection, Pending>();
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
    private readonly origins: readonly Origin[],
    readonly limits: UpstreamLimits,
    dial: Dial,
  ) {
    this.replicas = new Replicas(origins, dial, limits.dnsTtlMs, () => this.closeGone());
    this.carried = new Carried(limits.connections);
    this.waiters = new Waiters(limits, (model) => this.carried.hasItsOwn(model));
    this.opener = new ConnectionOpener(origins, this.replicas, this.carried, limits, dial);
  }

  get hasOthers(): boolean {
    return this.replicas.areSeveral;
  }

  get urls(): number {
    return this.origins.length;
  }

  start(pending: Pending): void {
    const allowed = !pending.isFlow || this.waiters.place(pending);
    const connection = allowed ? this.connectionFor(pending) : null;
    if (connection) return this.give(connection, pending);
    this.left(pending);
    if (Number.isNaN(pending.waitsSince)) pending.waitsSince = performance.now();
    if (!this.closed && this.waiters.push(pending)) return;
    const error = new OverLimitError(`more than ${this.limits.connections} requests are under way`);
    soon(pending, () => pending.failed(error));
  }

  left(pending: Pending): void {
    if (!this.waiters.giveBack(pending)) return;
    // Where connections are free, a body that waited for a place takes one now.
    if (this.waiters.hasFlows && (this.idle.size > 0 || this.hasFree)) soon(PROCESS, () => this.useFree());
  }

  private get hasFree(): boolean {
    return this.all.size < this.limits.connections;
  }

  private give(connection: Connection, pending: Pending): void {
    this.carried.begin(connection, pending.model);
    if (this.replicas.areSeveral) this.carries.set(connection, pending);
    pending.sendOn(connection);
  }

  private useFree(): void {
    for (;;) {
      const next = this.waiters.hasFlows ? this.waiters.nextFlow() : undefined;
      if (!next) return;
      if (!this.giveOne(next)) return;
    }
  }

  /** For who has waited. @returns whether there was a connection for it; without one, it goes on waiting */
  private giveOne(next: Pending): boolean {
    const connection = this.connectionFor(next);
    if (connection) this.give(connection, next);
    else {
      this.left(next);
      this.waiters.push(next);
    }
    return connection !== null;
  }

  private connectionFor(pending: Pending): Connection | null {
    const { model, isRepeat } = pending;
    const replica = this.chosenFor(pending);
    if (!isRepeat) {
      const best = this.idle.take(replica);
      if (best) return best;
      if (replica !== null && !this.hasFree) this.makeRoom(pending);
      return this.connect(model, replica) ?? this.idle.take() ?? null;
    }
    // An idle connection has failed it, and others may be like that one.
    if (!this.hasFree) this.idle.pop()?.close(new ConnectionError('makes room'));
    return this.connect(model, replica) ?? this.idle.take() ?? null;
  }

  /** Which replica it goes to; `null`: there is one, which whoever connects finds. */
  private chosenFor(asking: Asking): Replica | null {
    return this.replicas.areSeveral ? this.replicas.choose(asking) : null;
  }

  /** An idle connection to who is left out makes room for one to who is not. */
  private makeRoom(asking: Asking): void {
    const one = this.idle.find(({ replica }) => replica !== null && this.replicas.isOut(replica, asking));
    one?.close(new ConnectionError('makes room'));
  }

  private connect(model: string, replica: Replica | null = null): Connection | null {
    return this.closed || (!this.hasFree && this.carried.hasItsOwn(model)) ? null : this.open(replica);
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

  /** @param replica the address that is tried first; `null`: any */
  private open(replica: Replica | null = null): Connection {
    const connection = this.opener.open(replica, {
      idle: (one) => this.release(one),
      gone: (one) => this.forget(one),
      isContested: () => this.waiters.hasFlows,
    });
    this.all.add(connection);
    return connection;
  }

  /**
   * A replica says nothing any more: what waits there for an answer, and may be sent twice, is sent to another one.
   * @param url the serving URL, @param address one of its host's
   */
  leave(health: TargetHealth, url: string, address: string): void {
    for (const [connection, pending] of this.carries) {
      const { replica } = connection;
      if (pending.health !== health || replica === null || replica.address !== address) continue;
      if (pending.origins[replica.place]?.url !== url || !pending.mayMove) continue;
      contain(connection, () => connection.close(new ReplicaSilentError('the replica answers no probe')));
    }
  }

  /** The name has moved: what goes to where it was ends once it is idle. */
  private closeGone(): void {
    for (const connection of this.all) if (connection.replica?.isGone === true) connection.until = -Infinity;
    for (const connection of this.idle.filter((one) => one.until === -Infinity))
      contain(connection, () => connection.close(new ConnectionError('the name has moved')));
  }

  private release(connection: Connection): void {
    this.carried.end(connection);
    this.carries.delete(connection);
    connection.wasIdle = false;
    if (connection.served > 0) this.keepsAlive = true;
    const isExtra = this.all.size > this.limits.connections;
    const next = this.waiters.next(!isExtra);
    if (next) this.pass(connection, next);
    else if (isExtra) connection.close(new ConnectionError('more than are kept'));
    else this.idle.add(connection);
  }

  /** Gives a connection that has become free to who waits, or a new one: nobody is sent to a replica that is left out. */
  private pass(connection: Connection, next: Pending): void {
    const { replica } = connection;
    if (replica === null || !this.replicas.hasBetterThan(replica, next)) return this.give(connection, next);
    // Its place is for who was first, before its end lets others in.
    this.all.delete(connection);
    this.giveOne(next);
    connection.close(new ConnectionError('makes room'));
  }

  private forget(connection: Connection): void {
    this.all.delete(connection);
    this.carried.end(connection);
    this.carries.delete(connection);
    if (this.idle.remove(connection) && this.idle.size === 0) this.openSpare();
    if (this.closed || this.waiters.isEmpty) return;
    const next = this.waiters.next(this.hasFree);
    const free = next ? this.connect(next.model, this.chosenFor(next)) : null;
    if (next && free) this.give(free, next);
  }

  /** @returns whether nothing is left of it */
  sweep(): boolean {
    const now = performance.now();
    const { timeoutMs } = this.limits;
    this.replicas.refresh(now);
    for (const connection of this.all) contain(connection, () => this.sweepOne(connection, now));
    const late = (one: Pending): boolean => one.isOver || now - one.waitsSince > timeoutMs;
    for (const pending of this.waiters.takeOut(late))
      contain(pending, () => pending.failed(new OverLimitError('no connection was free in time')));
    return !this.keepsWarm && this.all.size === 0 && this.waiters.isEmpty;
  }

  private sweepOne(connection: Connection, now: number): void {
    const late = latenessOf(connection, now, { ...this.limits, others: this.origins.length > 1 });
    if (late === null) return;
    if (late.kind === 'silent') return connection.close(new UpstreamTimeoutError('no answer'));
    if (late.kind === 'unconnected') {
      const { replica } = connection;
      if (replica !== null) this.replicas.of(replica).missed(replica.address || undefined);
      return connection.close(new ConnectTimeoutError('no connection'));
    }
    const isLast = this.idle.size === 1 && late.overMs < OVERLAP_MS;
    if (!isLast || !this.openSpare()) connection.close(new ConnectionError('idle, or there, for too long'));
  }

  close(): void {
    this.closed = true;
    const stops = (): Error => new AbortedError('the gateway stops');
    for (const pending of this.waiters.takeOut(() => true)) contain(pending, () => pending.failed(stops()));
    for (const connection of [...this.all]) contain(connection, () => connection.close(stops()));
  }
}

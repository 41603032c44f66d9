import { contain, PROCESS, soon, FairShare, type Share } from '#libs/data-plane';
import { Carried } from '../replicas/carried.ts';
import { Connection } from './connection.ts';
import type { Dial } from './dial.ts';
import {
  AbortedError,
  ConnectTimeoutError,
  ConnectionError,
  OverLimitError,
  ReplicaSilentError,
  UpstreamTimeoutError,
} from './errors.ts';
import type { Origin } from '../origin.ts';
import type { Pending, PendingHost } from './pending.ts';
import type { UpstreamLimits } from '../upstream-request.ts';
import { WELL } from '../replicas/replica-choice.ts';
import { type Asking, Replicas } from '../replicas/replicas.ts';
import type { Replica, ServerAddresses } from '../replicas/server-addresses.ts';
import type { TargetHealth } from '../replicas/target-health.ts';
import { WaitingLine } from './waiting-line.ts';

const KEEP_IDLE_MS = 4_000;
/** To set up a connection, where another serving URL can be tried after it: half of the time that there is, and no more than this. */
const ATTEMPT_MS = 2_000;
/** A spare connection is opened this often at most, and so long before the idle one that it replaces is closed. */
const SPARE_EVERY_MS = 1_000;
const OVERLAP_MS = 500;
/** Connections of one moment end at different ones: their ages differ by that share. */
const AGES_APART = 0.2;
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

/** All connections to the replicas of one model server, and who waits for one. */
export class ServerConnections implements PendingHost {
  private readonly replicas: Replicas;
  private readonly all = new Set<Connection>();
  private readonly idle: Connection[] = [];
  private readonly whole: WaitingLine<Pending>;
  private readonly flows: WaitingLine<Pending>;
  /** Places for bodies that are still coming in. */
  private readonly places: FairShare;
  private readonly placed = new Map<Pending, Share>();
  private readonly carried = new Carried();
  /** Which request each one carries, where another replica could take it. */
  private readonly carries = new Map<Connection, Pending>();
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
    private readonly origins: readonly Origin[],
    readonly limits: UpstreamLimits,
    private readonly dial: Dial,
  ) {
    this.replicas = new Replicas(origins, dial, limits.dnsTtlMs, () => this.closeGone());
    this.whole = new WaitingLine(limits.waiting);
    this.flows = new WaitingLine(limits.waiting);
    this.ofEach = Math.max(1, Math.floor(limits.connections * SHARE_OF_EACH));
    this.places = new FairShare(Math.max(1, Math.floor(limits.connections * SHARE_OF_FLOWS)));
  }

  get hasOthers(): boolean {
    return this.replicas.areSeveral;
  }

  get urls(): number {
    return this.origins.length;
  }

  start(pending: Pending): void {
    const allowed = !pending.isFlow || this.place(pending);
    const connection = allowed ? this.connectionFor(pending) : null;
    if (connection) return this.give(connection, pending);
    this.left(pending);
    const line = pending.isFlow ? this.flows : this.whole;
    if (Number.isNaN(pending.waitsSince)) pending.waitsSince = performance.now();
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
    return this.carried.of(model) >= this.ofEach;
  }

  private give(connection: Connection, pending: Pending): void {
    this.carried.begin(connection, pending.model);
    if (this.replicas.areSeveral) this.carries.set(connection, pending);
    pending.sendOn(connection);
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
      if (!this.giveOne(next)) return;
    }
  }

  /** For who has waited. @returns whether there was a connection for it; without one, it goes on waiting */
  private giveOne(next: Pending): boolean {
    const connection = this.connectionFor(next);
    if (connection) this.give(connection, next);
    else {
      this.left(next);
      (next.isFlow ? this.flows : this.whole).push(next.model, next);
    }
    return connection !== null;
  }

  private connectionFor(pending: Pending): Connection | null {
    const { model, isRepeat } = pending;
    const replica = this.chosenFor(pending);
    if (!isRepeat) {
      const best = this.takeIdle(replica);
      if (best) return best;
      if (replica !== null && !this.hasFree) this.makeRoom(pending);
      return this.connect(model, replica) ?? this.takeIdle() ?? null;
    }
    // An idle connection has failed it, and others may be like that one.
    if (!this.hasFree) this.idle.pop()?.close(new ConnectionError('makes room'));
    return this.connect(model, replica) ?? this.takeIdle() ?? null;
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

  /** @param replica only one that goes there; `null`: any */
  private takeIdle(replica: Replica | null = null): Connection | undefined {
    const { idle } = this;
    const at = replica === null ? idle.length - 1 : idle.findLastIndex((one) => one.replica === replica);
    const connection = at === idle.length - 1 ? idle.pop() : at < 0 ? undefined : idle.splice(at, 1)[0];
    if (connection) connection.wasIdle = true;
    return connection;
  }

  private connect(model: string, replica: Replica | null = null): Connection | null {
    return this.closed || (!this.hasFree && this.hasItsOwn(model)) ? null : this.open(replica);
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
    const { dial } = this;
    const place = this.replicas.of(replica ?? { place: 0 });
    const { answerHeadBytes, maxAgeMs } = this.limits;
    const owner = {
      idle: (one: Connection) => this.release(one),
      gone: (one: Connection) => this.forget(one),
      isContested: () => !this.flows.isEmpty,
      reached: (one: Connection, address: string | undefined) =>
        this.carried.assign(one, place.find(address) ?? one.replica),
      connected: (one: Connection) => {
        if (one.replica) one.replica.health = WELL;
      },
      missed: (_: Connection, address: string | undefined) => place.missed(address),
    };
    const until =
      maxAgeMs === 0
        ? Infinity
        : performance.now() + maxAgeMs * (1 - AGES_APART / 2 + AGES_APART * dial.random());
    const limits = { keepIdleMs: KEEP_IDLE_MS, answerHeadBytes, until };
    const at = replica?.place ?? 0;
    const connection: Connection = new Connection(this.origins[at] as Origin, owner, limits, {
      ...dial,
      lookup: place.lookupFor(() => this.foundFor(connection, place)),
    });
    connection.at = at;
    connection.replica = replica;
    this.all.add(connection);
    return connection;
  }

  /** Of the addresses that its name has now, the one that it goes to. */
  private foundFor(connection: Connection, place: ServerAddresses): Replica | null {
    const { replica } = connection;
    if (replica === null || replica.isGone || replica.address === '')
      this.carried.assign(connection, place.choose());
    return connection.replica;
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

  /** Its addresses, as they are known now. */
  get known(): readonly Replica[] {
    return this.replicas.everyone.filter(({ address }) => address !== '');
  }

  /** When callers last heard of a replica, on the process's clock. */
  heardOf(key: string, address: string): number {
    const all = this.replicas.everyone.filter(
      (one) => one.address === address && this.origins[one.place]?.key === key,
    );
    return Math.max(-Infinity, ...all.map(({ heardAt }) => heardAt));
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
    const next = this.nextWaiting(!isExtra);
    if (next) this.pass(connection, next);
    else if (isExtra) connection.close(new ConnectionError('more than are kept'));
    else this.idle.push(connection);
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
    const at = this.idle.indexOf(connection);
    if (at >= 0) {
      this.idle.splice(at, 1);
      if (this.idle.length === 0) this.openSpare();
    }
    if (this.closed || (this.whole.isEmpty && this.flows.isEmpty)) return;
    const next = this.nextWaiting(this.hasFree);
    const free = next ? this.connect(next.model, this.chosenFor(next)) : null;
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
    this.replicas.refresh(now);
    for (const connection of this.all) contain(connection, () => this.sweepOne(connection, now));
    const late = (one: Pending): boolean => one.isOver || now - one.waitsSince > timeoutMs;
    for (const line of [this.whole, this.flows])
      for (const pending of line.takeOut(late))
        contain(pending, () => pending.failed(new OverLimitError('no connection was free in time')));
    return !this.keepsWarm && this.all.size === 0 && this.whole.isEmpty && this.flows.isEmpty;
  }

  private sweepOne(connection: Connection, now: number): void {
    const { timeoutMs, connectMs } = this.limits;
    const still = now - connection.activeAt;
    if (!connection.isConnected) {
      if (still <= (this.origins.length > 1 ? Math.min(connectMs / 2, ATTEMPT_MS) : connectMs)) return;
      const { replica } = connection;
      if (replica !== null) this.replicas.of(replica).missed(replica.address || undefined);
      connection.close(new ConnectTimeoutError('no connection'));
    } else if (connection.isBusy) {
      if (still > timeoutMs && !connection.isHeldUp && !connection.awaitsCaller)
        connection.close(new UpstreamTimeoutError('no answer'));
    } else {
      const over = Math.max(still - connection.keepIdleMs, now - connection.until);
      if (over <= 0) return;
      const isLast = this.idle.length === 1 && over < OVERLAP_MS;
      if (!isLast || !this.openSpare()) connection.close(new ConnectionError('idle, or there, for too long'));
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

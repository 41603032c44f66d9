import { contain, fault } from '#libs/data-plane';
import { writeRequestHead } from '../../heads/write-request-head.ts';
import { BadMessage } from '../../http/bad-message.ts';
import { AnswerClock } from './answer-clock.ts';
import type { Connection } from './connection.ts';
import type { AnswerListener } from './exchange.ts';
import {
  AbortedError,
  ConnectionError,
  NotSentError,
  ReplicaSilentError,
  StrayBytesError,
  wasSent,
} from './errors.ts';
import type { Origin } from '../origin.ts';
import type { Replica } from '../replicas/server-addresses.ts';
import type { TargetHealth } from '../replicas/target-health.ts';
import type { Call, UpstreamLimits, UpstreamRequest } from '../upstream-request.ts';

/** A connection that its server had closed fails within a round trip; one that fails later had carried the request there. */
const CLOSED_WHILE_IDLE_MS = 1_000;

/** Who finds connections for requests. */
export interface PendingHost {
  readonly limits: UpstreamLimits;
  /** The model server has several addresses: another of them may answer. */
  readonly hasOthers: boolean;
  /** How many serving URLs it has. */
  readonly urls: number;
  start(pending: Pending): void;
  /** It is over, or waits: its place is another's. */
  left(pending: Pending): void;
}

/** A request that waits for a connection or has one. What its listener throws ends it, and nothing else. */
export class Pending implements Call, AnswerListener {
  readonly place = 'exchange';
  /** When it began to wait for a connection, on the process's clock; `NaN`: it never has. */
  waitsSince = NaN;
  readonly clock: AnswerClock;
  private connection: Connection | null = null;
  private tries = 0;
  /** Connections that could not be set up for it. */
  private misses = 0;
  /** When the first of them was begun, on the process's clock; `NaN`: it seeks none. */
  private seeksSince = NaN;
  private sentTo = 0;
  /** It was tried before, on a connection that had carried others: now a new one is wanted. */
  isRepeat = false;
  /** Those that have failed it. */
  avoids: readonly Replica[] = [];
  private over = false;
  /** Who gave it up, and why. */
  private givenUpFor: Error | string | null = null;

  constructor(
    private readonly host: PendingHost,
    private readonly request: UpstreamRequest,
    readonly origins: readonly Origin[],
    readonly health: TargetHealth | null,
    private readonly listener: AnswerListener,
  ) {
    this.clock = new AnswerClock(host.limits.keptBytes);
    request.trace?.begin(origins[0] ?? null);
  }

  get isOver(): boolean {
    return this.over;
  }

  get model(): string {
    return this.request.model;
  }

  /** The serving URL that it was last sent to. */
  get sentUrl(): string | null {
    return this.origins[this.sentTo]?.url ?? null;
  }

  /** Its body is still coming in. */
  get isFlow(): boolean {
    return this.request.body.kind === 'streaming';
  }

  sendOn(connection: Connection): void {
    this.connection = connection;
    this.tries++;
    if (Number.isNaN(this.seeksSince)) this.seeksSince = performance.now();
    this.sentTo = connection.at;
    try {
      const { method, body, trace } = this.request;
      const origin = this.origins[connection.at] as Origin;
      if (this.origins.length > 1) trace?.sentTo(origin);
      const { head, chunked } = writeRequestHead(this.request, origin, this.host.limits.via, trace?.line);
      connection.send({ method, head, body, chunked, listener: this, clock: this.clock });
    } catch (error) {
      fault(this, error);
    }
  }

  /** It waits for an answer of which nothing has come, and another replica may be asked the same. */
  get mayMove(): boolean {
    const { isRepeatable, body } = this.request;
    return (
      !this.over &&
      this.connection?.answered === false &&
      isRepeatable &&
      body.kind === 'whole' &&
      this.tries < 3
    );
  }

  abort(why?: Error | 'caller_gone'): void {
    if (this.over) return;
    this.givenUpFor ??= why ?? null;
    if (this.connection) this.connection.close(new AbortedError('given up'));
    else this.failed(new AbortedError('given up'));
  }

  /** A step of this exchange threw: its connection is closed, if it still is on one, and its listener ends the rest. */
  endBy(error: unknown): void {
    const { connection, over } = this;
    this.over = true;
    // An exchange that is over may have given its connection to the next one.
    if (!over) connection?.endBy(error);
    this.host.left(this);
    this.request.trace?.failed('internal', this.clock);
    this.listener.endBy(error);
  }

  interim(status: number, headers: readonly string[]): void {
    if (this.over) return;
    try {
      this.listener.interim?.(status, headers);
    } catch (error) {
      this.threw(error);
    }
  }

  head(status: number, headers: readonly string[], resume: () => void): void {
    if (this.over) return;
    this.request.trace?.head(status, headers);
    try {
      this.listener.head(status, headers, resume);
    } catch (error) {
      this.threw(error);
    }
  }

  chunk(bytes: Buffer): boolean {
    if (this.over) return true;
    try {
      this.request.trace?.chunk(bytes);
      return this.listener.chunk(bytes);
    } catch (error) {
      this.threw(error);
      return true;
    }
  }

  end(trailers: readonly string[]): void {
    if (this.over) return;
    this.over = true;
    this.host.left(this);
    try {
      this.listener.end(trailers);
    } catch (error) {
      fault(this, error);
    }
    this.request.trace?.ended(this.clock, this.tries);
  }

  failed(error: Error): void {
    if (this.over) return;
    if (this.mayTryAgain(error)) {
      const { connection } = this;
      if (wasSent(error)) this.seeksSince = NaN;
      this.isRepeat = connection !== null && (connection.served > 0 || connection.wasIdle);
      if (this.isRepeat && this.wasNeverBegun(error)) this.clock.startsAgain();
      if (connection?.replica) this.avoids = [...this.avoids, connection.replica];
      this.connection = null;
      this.host.left(this);
      return this.host.start(this);
    }
    this.over = true;
    this.clock.ended(performance.now());
    this.host.left(this);
    this.request.trace?.failed(this.givenUpFor ?? error, this.clock, this.tries);
    contain(this, () => this.listener.failed(error));
  }

  /** What the listener finds bad in a message is the connection's end, as what the parser finds; anything else is a fault. */
  private threw(error: unknown): void {
    if (error instanceof BadMessage) throw error;
    fault(this, error);
  }

  /** Its connection was closed while it was idle: that shows as soon as it is used. */
  private wasNeverBegun(error: Error): boolean {
    if (error instanceof ReplicaSilentError) return false;
    return error instanceof StrayBytesError || this.clock.answerMs(performance.now()) < CLOSED_WHILE_IDLE_MS;
  }

  /**
   * A connection that was idle may have been closed just when it was used again (RFC 9112 §9.3.1). Where a server has several
   * addresses, one that is new breaks with the replica behind it, and another may answer.
   */
  private mayTryAgain(error: Error): boolean {
    const { connection, request } = this;
    const { limits } = this.host;
    // No model server has seen it: another serving URL may be there, within the time that there is for a connection.
    if (error instanceof NotSentError && connection !== null)
      return ++this.misses < this.host.urls && performance.now() - this.seeksSince < limits.connectMs;
    return (
      error instanceof ConnectionError &&
      connection !== null &&
      (connection.served > 0 || connection.wasIdle || (this.host.hasOthers && wasSent(error))) &&
      (!connection.answered || error instanceof StrayBytesError) &&
      request.isRepeatable &&
      request.body.kind === 'whole' &&
      this.tries < 3
    );
  }
}

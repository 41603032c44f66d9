/** Limits of one caller's connection, in milliseconds. */
export interface CallerLimits {
  /** From the first byte of a request until its head is whole. */
  readonly headMs: number;
  /** Without a byte of a body that is not whole; how long all of it takes is the caller's line's business. */
  readonly pauseMs: number;
  /** Without a request. */
  readonly idleMs: number;
  /** That not a byte of an answer leaves that waits for its caller; again, not all of it. */
  readonly stuckMs: number;
}

/** What a connection is doing. */
export interface ClockReading {
  /** `idle`: between requests; `body`: a body is still coming; `answering`: the request is whole, or held up by us. */
  readonly phase: 'idle' | 'body' | 'answering' | 'closing';
  /** Bytes of answers that have not left. */
  readonly unsent: number;
  /** Those of them that the system has been given, and has not taken: changes whenever the caller reads on. */
  readonly leaving: number;
  /** Bytes of answers that were given to the connection. */
  readonly given: number;
  /** What has come of a body that holds a connection for which others wait; `null`: there is none. */
  readonly contested: number | null;
}

/** Who was too slow: with its head, with its body (both are told), or so that the connection just ends. */
export type Late = 'head' | 'body' | 'end';

/** A body that holds up others comes with at least so many bytes in each window: half a KiB a second. */
const FLOW_WINDOW_MS = 10_000;
const FLOW_WINDOW_BYTES = 5_120;
/**
 * A caller that still sends when its answer is there reads it later, or not at all once it is reset for what nobody reads
 * (RFC 9112 §9.6): what it sends is thrown away until it has been quiet for so long, and not for longer than that once the
 * answer has left. As nginx has it (`lingering_timeout`, `lingering_time`).
 */
const LINGER_MS = 5_000;
const MOST_LINGER_MS = 30_000;
/** A request that is whole: nothing more is to come, but the end. */
const LINGER_WHOLE_MS = 1_000;

/** Times of one caller's connection. Pure: it is told what time it is. */
export class CallerClock {
  private headSince: number | null = null;
  private stuckSince: number | null = null;
  private closingSince = 0;
  private lingerMs = LINGER_WHOLE_MS;
  private given = 0;
  private leaving = 0;
  private flowSince: number | null = null;
  private flowBytes = 0;
  private served = 0;

  /** @param since when the present phase began: waiting, reading a head, reading a body */
  constructor(
    private readonly limits: CallerLimits,
    private since: number,
  ) {}

  /** Bytes of a head that is not whole. */
  headBegan(now: number): void {
    this.headSince ??= now;
  }

  /** A head is whole. */
  requestBegan(now: number): void {
    this.since = now;
    this.headSince = null;
    [this.flowSince, this.flowBytes] = [null, 0];
    this.served++;
  }

  /** Something has happened that the caller was waited for with. */
  restart(now: number): void {
    this.since = now;
  }

  /** We read on. */
  resumed(now: number): void {
    this.since = now;
    this.flowSince = null;
  }

  /** @param isWhole nothing is missing of the last request */
  closing(now: number, isWhole: boolean): void {
    this.closingSince = now;
    this.since = now;
    this.lingerMs = isWhole ? LINGER_WHOLE_MS : LINGER_MS;
  }

  /** The caller has caught up with its answer. */
  drained(): void {
    this.stuckSince = null;
  }

  /** Asked every now and then. @returns who is too slow, if anybody */
  late(now: number, at: ClockReading): Late | null {
    const { headMs, pauseMs, idleMs } = this.limits;
    const answers = at.given !== this.given || at.leaving !== this.leaving;
    if (this.isStuck(now, at)) return 'end';
    // What still leaves is no idleness, and its own clock runs.
    if (at.unsent > 0 && at.phase === 'closing') this.closingSince = now;
    if (at.unsent > 0 && (at.phase === 'idle' || at.phase === 'closing')) this.since = now;
    // Nor is an answer that comes before all of the request is there.
    if (answers && at.phase === 'body') this.since = now;
    this.given = at.given;
    const still = now - this.since;
    switch (at.phase) {
      case 'closing':
        return still > this.lingerMs || now - this.closingSince > MOST_LINGER_MS ? 'end' : null;
      case 'idle':
        if (this.headSince !== null && now - this.headSince > headMs) return 'head';
        return still > (this.served === 0 ? headMs : idleMs) ? 'end' : null;
      case 'body':
        return this.dawdles(now, at.contested) || still > pauseMs ? 'body' : null;
      case 'answering':
        return null;
    }
  }

  private isStuck(now: number, { unsent, leaving }: ClockReading): boolean {
    if (unsent === 0 || leaving !== this.leaving) this.stuckSince = null;
    this.leaving = leaving;
    if (unsent > 0) this.stuckSince ??= now;
    return this.stuckSince !== null && now - this.stuckSince > this.limits.stuckMs;
  }

  /** Does it hold others up, and sends next to nothing? */
  private dawdles(now: number, bytes: number | null): boolean {
    if (bytes === null) this.flowSince = null;
    if (bytes === null || (this.flowSince !== null && now - this.flowSince <= FLOW_WINDOW_MS)) return false;
    const dawdled = this.flowSince !== null && bytes - this.flowBytes < FLOW_WINDOW_BYTES;
    [this.flowSince, this.flowBytes] = [now, bytes];
    return dawdled;
  }
}

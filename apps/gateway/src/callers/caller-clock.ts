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

/** What a connection is doing. */
export interface ClockReading {
  /** `idle`: between requests; `body`: a body is still coming; `answering`: the request is whole, or held up by us. */
  readonly phase: 'idle' | 'body' | 'answering' | 'closing';
  /** Bytes of answers that have not left. */
  readonly unsent: number;
  /** What has come of a body that a model server waits for; `null`: there is none. */
  readonly flowed: number | null;
}

/** Who was too slow: with its head, with its body (both are told), or so that the connection just ends. */
export type Late = 'head' | 'body' | 'end';

/** A body that a model server is held up by comes with at least so many bytes in each window: 1 KiB a second. */
const FLOW_WINDOW_MS = 10_000;
const FLOW_WINDOW_BYTES = 10_240;
/**
 * What a caller still sends after its answer is thrown away, so that it can read it (RFC 9112 §9.6): until it has been
 * quiet for so long, and not for longer than that, as nginx has it.
 */
const LINGER_MS = 1_000;
const MOST_LINGER_MS = 30_000;

/** Times of one caller's connection. Pure: it is told what time it is. */
export class CallerClock {
  private headSince: number | null = null;
  private stuckSince: number | null = null;
  private closingSince = 0;
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

  closing(now: number): void {
    this.closingSince = now;
    this.since = now;
  }

  /** The caller has caught up with its answer. */
  drained(): void {
    this.stuckSince = null;
  }

  /** Asked every now and then. @returns who is too slow, if anybody */
  late(now: number, at: ClockReading): Late | null {
    const { headMs, requestMs, idleMs, stuckMs } = this.limits;
    // What still leaves is no idleness, and its own clock runs.
    if (at.unsent > 0 && (at.phase === 'idle' || at.phase === 'closing')) this.since = now;
    if (at.unsent === 0) this.stuckSince = null;
    else this.stuckSince ??= now;
    if (this.stuckSince !== null && now - this.stuckSince > stuckMs) return 'end';
    const still = now - this.since;
    switch (at.phase) {
      case 'closing':
        return still > LINGER_MS || now - this.closingSince > MOST_LINGER_MS ? 'end' : null;
      case 'idle':
        if (this.headSince !== null && now - this.headSince > headMs) return 'head';
        return still > (this.served === 0 ? headMs : idleMs) ? 'end' : null;
      case 'body':
        return still > requestMs || (at.flowed !== null && this.dawdles(now, at.flowed)) ? 'body' : null;
      case 'answering':
        return null;
    }
  }

  /** Does it hold a model server up, and sends next to nothing? */
  private dawdles(now: number, bytes: number): boolean {
    if (this.flowSince !== null && now - this.flowSince <= FLOW_WINDOW_MS) return false;
    const dawdled = this.flowSince !== null && bytes - this.flowBytes < FLOW_WINDOW_BYTES;
    [this.flowSince, this.flowBytes] = [now, bytes];
    return dawdled;
  }
}

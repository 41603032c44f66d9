/**
 * When what happened to one request, in milliseconds of the process's clock (`performance.now()`): one and the same for primary,
 * candidate and shadow. It starts when the request is handed to an *established* connection and stops with the last byte received
 * from the model server. Waiting for a connection, setting one up, and how fast the caller reads are outside of it; once a model
 * server had the request, what it takes to ask another one is not.
 */
export class AnswerClock {
  private handedAt = NaN;
  private sentAt = NaN;
  /** A model server had it before this one. */
  private isResent = false;
  private firstByteAt = NaN;
  private lastByteAt = NaN;
  private heldUpAt = NaN;
  private heldUpMs = 0;
  private bodyBytes = 0;
  private limitedAt = NaN;
  private streamed = false;
  private parts = 0;
  private announcedAt = NaN;
  private firstPartAt = NaN;
  private lastPartAt = NaN;

  /** @param mostBytes of an answer's body that the gateway keeps for any arm (`MAX_BUFFERED_BYTES`) */
  constructor(private readonly mostBytes: number) {}

  /**
   * The request has a connection, which may have to be set up. Again when it is tried on another one: until it is sent,
   * all that were tried are one wait for a connection; once it was sent, its caller waits for the answer since then.
   */
  handed(now: number, connected: boolean): void {
    this.isResent = this.wasSent;
    if (!this.wasHanded) this.handedAt = now;
    if (!this.isResent) this.sentAt = connected ? now : NaN;
    this.firstByteAt = NaN;
  }

  /** Its connection had been closed before it was sent: no model server has begun with it. */
  startsAgain(): void {
    this.handedAt = NaN;
    this.sentAt = NaN;
  }

  /** Its connection is set up; or the end of a body has left that came in while it was sent. */
  sent(now: number): void {
    if (Number.isNaN(this.firstByteAt) && !this.isResent) this.sentAt = now;
  }

  /** Bytes of the answer have come; only the first time matters. */
  began(now: number): void {
    if (Number.isNaN(this.firstByteAt)) this.firstByteAt = now;
  }

  /** What began was a 1xx: the answer is still to come. */
  interim(): void {
    this.firstByteAt = NaN;
  }

  /** A part of the body has come. */
  took(now: number, bytes: number): void {
    this.bodyBytes += bytes;
    // Of a stream nothing is kept but its first part.
    if (this.bodyBytes > this.mostBytes && !this.streamed) this.limited(now);
  }

  /** By its head, the answer is a stream (`heldUntil`): it is bounded until its first part, and goes on as it comes. */
  streams(): void {
    this.streamed = true;
  }

  /** An event has come that says that an answer is to come, and nothing of it; only the first time matters. */
  announced(now: number): void {
    if (Number.isNaN(this.announcedAt)) this.announcedAt = now;
  }

  /**
   * So many events (lines, pieces) of a stream have come in all, without those before it began to say something. What is held no longer
   * without one has begun too.
   * @param isBegun it has begun to say something
   */
  cameInParts(now: number, parts: number, isBegun: boolean): void {
    if ((isBegun || parts > 0) && Number.isNaN(this.firstPartAt)) this.firstPartAt = now;
    if (parts > this.parts) this.lastPartAt = now;
    this.parts = parts;
  }

  /** A limit of ours was reached (size, memory): what comes later says nothing about the model server. Only the first time matters. */
  limited(now: number): void {
    if (Number.isNaN(this.limitedAt)) this.limitedAt = now;
  }

  /** We stop reading, because the caller is slower than the model server. */
  heldUp(now: number): void {
    if (Number.isNaN(this.heldUpAt)) this.heldUpAt = now;
  }

  goesOn(now: number): void {
    if (now > this.heldUpAt) {
      this.heldUpMs += now - this.heldUpAt;
      this.limited(this.heldUpAt);
    }
    this.heldUpAt = NaN;
  }

  /** All of the answer has come, or none will any more; only the first time matters. */
  ended(now: number): void {
    this.goesOn(now);
    if (Number.isNaN(this.lastByteAt)) this.lastByteAt = now;
  }

  /** All of the answer has come, or none will any more. */
  get hasEnded(): boolean {
    return !Number.isNaN(this.lastByteAt);
  }

  /** Until when its times are asked for: its end, where it has ended; otherwise now. */
  get moment(): number {
    return this.hasEnded ? this.lastByteAt : performance.now();
  }

  /** A connection took the request, if only to find that it cannot be set up. */
  get wasHanded(): boolean {
    return !Number.isNaN(this.handedAt);
  }

  /** The request was handed to an established connection. */
  get wasSent(): boolean {
    return !Number.isNaN(this.sentAt);
  }

  /** What the connection took to be set up, in ms, until `now` at most; 0 on one that was there. */
  connectMs(now: number): number {
    if (!this.wasHanded) return 0;
    return Math.max(0, (this.wasSent ? this.sentAt : this.until(now)) - this.handedAt);
  }

  /** From the request to the answer's first byte, in ms; `null` while there is none. */
  get firstByteMs(): number | null {
    return Number.isNaN(this.firstByteAt) ? null : Math.max(0, this.firstByteAt - this.sentAt);
  }

  /** The answer is a stream. */
  get isStream(): boolean {
    return this.streamed;
  }

  /** From the request to the first part of a stream, in ms: the time to its first token; `null`: there is none (yet). */
  get firstPartMs(): number | null {
    return Number.isNaN(this.firstPartAt) ? null : Math.max(0, this.firstPartAt - this.sentAt);
  }

  /** From the request until the server said anything of its answer, if only that it is to come; `null`: it has not. Milliseconds. */
  get saidMs(): number | null {
    return Number.isNaN(this.announcedAt) ? this.firstPartMs : Math.max(0, this.announcedAt - this.sentAt);
  }

  /** The mean time from one part of a stream to the next, in ms, so far; `null`: there are not two of them. */
  get betweenPartsMs(): number | null {
    const { partsMs } = this;
    return partsMs === null ? null : partsMs / (this.parts - 1);
  }

  /** From the first part of a stream to its last, in ms, so far; `null`: there are not two of them. */
  get partsMs(): number | null {
    return this.parts < 2 ? null : Math.max(0, this.lastPartAt - this.firstPartAt);
  }

  /** How long a stream that has begun has said nothing, in ms, until `now` at most; `null`: it has not begun, or is none. */
  silentMs(now: number): number | null {
    if (Number.isNaN(this.firstPartAt)) return null;
    // A comment that keeps the connection says nothing.
    return Math.max(0, this.until(now) - Math.max(this.lastPartAt || 0, this.firstPartAt));
  }

  /**
   * From the request to the answer's last byte, in ms, without the time in which we did not read; until `now` at most.
   * 0 for a request that no connection took.
   */
  answerMs(now: number): number {
    if (!this.wasSent) return 0;
    const held = Number.isNaN(this.heldUpAt) ? 0 : this.until(now) - this.heldUpAt;
    return Math.max(0, this.until(now) - this.sentAt - this.heldUpMs - held);
  }

  /** From the request until a limit of ours was reached, in ms; `null`: none was. */
  get limitMs(): number | null {
    const at = Number.isNaN(this.limitedAt) ? this.heldUpAt : this.limitedAt;
    return Number.isNaN(at) ? null : Math.max(0, at - this.sentAt);
  }

  private until(now: number): number {
    return this.lastByteAt < now ? this.lastByteAt : now;
  }
}

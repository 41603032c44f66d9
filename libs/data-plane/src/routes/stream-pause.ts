const FIRST_MS = 200;
const MOST_MS = 1_000;
/** Between snapshots, where one after the other lacks something. */
const MISSED_AGAIN_MS = 5_000;

/** How long a gateway waits before it connects to the api again: each one for a time of its own, or all would come at once. */
export class StreamPause {
  private ms = FIRST_MS;
  private missedBefore = false;

  constructor(private readonly random: () => number) {}

  /** The api has said something. */
  connected(): void {
    this.ms = FIRST_MS;
  }

  /**
   * @param missed has the connection ended since its stream lacked routes? A new one brings them; only where the one
   * before lacked some too, there is no hurry
   * @returns milliseconds
   */
  next(missed: boolean): number {
    const ms = missed && this.missedBefore ? MISSED_AGAIN_MS : this.ms;
    this.missedBefore = missed;
    this.ms = Math.min(MOST_MS, this.ms * 2);
    return ms * (0.5 + this.random());
  }
}

/** What waits at most; what comes on top is left out, so that reading never holds up callers. */
const MOST_WAITING = 512;
/** So much reading at a time: callers wait for no more than that. */
const SLICE_MS = 1;

/**
 * Runs small work off the callers' path, for a bounded share of the time, and leaves out what it cannot
 * keep up with. Gathered first: work in every turn of the event loop would make the turns short, and each costs.
 */
export class ReadLater {
  private waiting: (() => void)[] = [];
  private running = false;
  private left = 0;

  /**
   * @param onError a mistake of ours; the next piece is run all the same
   * @param pauseMs between slices of 1 ms: 5 leaves callers five sixths of the time at least
   */
  constructor(
    private readonly onError: (error: unknown) => void,
    private readonly pauseMs: number,
  ) {}

  /** Pieces that were left out so far. */
  get leftOut(): number {
    return this.left;
  }

  /** @returns whether it will be run */
  add(work: () => void): boolean {
    if (this.waiting.length >= MOST_WAITING) {
      this.left++;
      return false;
    }
    this.waiting.push(work);
    if (!this.running) {
      this.running = true;
      setTimeout(() => this.slice(), this.pauseMs);
    }
    return true;
  }

  private slice(): void {
    const until = performance.now() + SLICE_MS;
    let done = 0;
    while (done < this.waiting.length && performance.now() < until) {
      try {
        this.waiting[done++]?.();
      } catch (error) {
        this.onError(error);
      }
    }
    this.waiting.splice(0, done);
    if (this.waiting.length > 0) setTimeout(() => this.slice(), this.pauseMs);
    else this.running = false;
  }
}

/** Answers that wait to be read; what comes on top is not read, so that reading never holds up callers. */
const MOST_WAITING = 256;

/**
 * Runs small work off the callers' path, one piece for each turn of the event loop, and leaves out
 * what it cannot keep up with.
 */
export class ReadLater {
  private waiting: (() => void)[] = [];
  private running = false;
  private left = 0;

  /** @param onError a mistake of ours; the next piece is run all the same */
  constructor(private readonly onError: (error: unknown) => void) {}

  /** Pieces that were left out so far. */
  get leftOut(): number {
    return this.left;
  }

  add(work: () => void): void {
    if (this.waiting.length >= MOST_WAITING) {
      this.left++;
      return;
    }
    this.waiting.push(work);
    if (this.running) return;
    this.running = true;
    setImmediate(() => this.next());
  }

  private next(): void {
    const work = this.waiting.shift();
    try {
      work?.();
    } catch (error) {
      this.onError(error);
    }
    if (this.waiting.length > 0) setImmediate(() => this.next());
    else this.running = false;
  }
}

/** Answers that wait to be read; what comes on top is not read, so that reading never holds up callers. */
const MOST_WAITING = 512;
/** Gathered for so long: work in every turn of the event loop would make the turns short, and each costs. */
const GATHER_MS = 5;
/** So much reading at a time: callers wait for no more than that, and all reading takes a sixth of the time at most. */
const SLICE_MS = 1;

/** Runs small work off the callers' path, and leaves out what it cannot keep up with. */
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
    setTimeout(() => this.slice(this.take(), 0), GATHER_MS);
  }

  private take(): readonly (() => void)[] {
    const taken = this.waiting;
    this.waiting = [];
    return taken;
  }

  private slice(work: readonly (() => void)[], from: number): void {
    const until = performance.now() + SLICE_MS;
    let at = from;
    while (at < work.length && performance.now() < until) {
      try {
        work[at++]?.();
      } catch (error) {
        this.onError(error);
      }
    }
    if (at < work.length) setTimeout(() => this.slice(work, at), GATHER_MS);
    else if (this.waiting.length > 0) setTimeout(() => this.slice(this.take(), 0), GATHER_MS);
    else this.running = false;
  }
}

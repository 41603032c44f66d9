import { after, contain, type Owner } from '#libs/data-plane';
import type { Hold } from '../process/memory-budget.ts';

/** Pieces that wait at most; what comes on top is left out, so that reading never holds up callers. */
const MOST_WAITING = 512;
/** So much reading at a time: callers wait for no more than that. */
const SLICE_MS = 1;

/** One piece, and what it holds until it is done. */
interface Work {
  readonly run: () => void;
  readonly hold: Hold;
}

/**
 * Runs small work off the callers' path, for a bounded share of the time, and leaves out what it cannot
 * keep up with. Gathered first: work in every turn of the event loop would make the turns short, and each costs.
 */
export class ReadLater implements Owner {
  readonly place = 'reading';
  private waiting: Work[] = [];
  private running = false;
  private left = 0;

  /** @param pauseMs between slices of 1 ms: 5 leaves callers five sixths of the time at least */
  constructor(private readonly pauseMs: number) {}

  get waitingPieces(): number {
    return this.waiting.length;
  }

  /** Pieces that were left out so far. */
  get leftOut(): number {
    return this.left;
  }

  /**
   * @param hold what the piece holds; it is released when the piece is done, or left out
   * @returns whether it will be run
   */
  add(run: () => void, hold: Hold): boolean {
    if (this.waiting.length >= MOST_WAITING) {
      this.left++;
      hold.release();
      return false;
    }
    this.waiting.push({ run, hold });
    if (!this.running) {
      this.running = true;
      after(this, this.pauseMs, () => this.slice());
    }
    return true;
  }

  /** There was no memory for a piece. */
  leaveOut(): void {
    this.left++;
  }

  /** By the containment, which has counted it: the piece is left out. */
  endBy(): void {
    this.left++;
  }

  /** What waits is run now, as nobody is left whom it could hold up. */
  flush(): void {
    for (const { run, hold } of this.waiting.splice(0)) {
      contain(this, run);
      hold.release();
    }
  }

  private slice(): void {
    const until = performance.now() + SLICE_MS;
    let done = 0;
    while (done < this.waiting.length && performance.now() < until) {
      const work = this.waiting[done++];
      // A mistake of ours; the next piece is run all the same.
      if (work) contain(this, work.run);
      work?.hold.release();
    }
    this.waiting.splice(0, done);
    if (this.waiting.length > 0) after(this, this.pauseMs, () => this.slice());
    else this.running = false;
  }
}

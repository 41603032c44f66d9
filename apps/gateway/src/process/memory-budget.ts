import { FairShare, type Share } from '#libs/data-plane';

/**
 * Bytes that a gateway holds at once, whatever its peers do: bodies, answers, heads, what came ahead; each model's a
 * share. Counted is what is really held, so the size of buffers, not of what is in them. What finds no room is passed
 * through, not held.
 */
export class MemoryBudget extends FairShare {}

/** What one request holds of the budget, given back all at once. */
export class Hold {
  private bytes = 0;
  private released = false;

  constructor(
    private readonly budget: MemoryBudget,
    private readonly share: Share,
  ) {}

  /** Another one for the same model, that outlives this one. */
  another(): Hold {
    return new Hold(this.budget, this.share);
  }

  /** @returns whether there was room */
  take(bytes: number): boolean {
    if (this.released || !this.budget.take(bytes, this.share)) return false;
    this.bytes += bytes;
    return true;
  }

  /** The same for what no request is answered without: what is kept for slow readers, and read for judges, never takes all. */
  takeNeeded(bytes: number): boolean {
    if (this.released || !this.budget.takeNeeded(bytes, this.share)) return false;
    this.bytes += bytes;
    return true;
  }

  /** Gives a part of it back. */
  give(bytes: number): void {
    if (this.released) return;
    this.bytes -= bytes;
    this.budget.give(bytes, this.share);
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.budget.give(this.bytes, this.share);
  }
}

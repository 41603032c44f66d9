/** Lets so many a second pass, and after a quiet time a second's worth at once. */
export class RateBound {
  private left: number;
  private at: number;

  /** @param now in milliseconds, of a clock that never goes back */
  constructor(
    private readonly perSecond: number,
    private readonly now: () => number,
  ) {
    this.left = perSecond;
    this.at = now();
  }

  take(): boolean {
    const now = this.now();
    this.left = Math.min(this.perSecond, this.left + ((now - this.at) / 1_000) * this.perSecond);
    this.at = now;
    if (this.left < 1) return false;
    this.left--;
    return true;
  }
}

/** From the first failure to the first time that undelivered evidence is kept on disk, and the least between two times. */
const AT_FIRST_MS = 5_000;
const SHARE = 0.1;

/**
 * When a gateway that cannot deliver keeps on disk what it has: what it has gathered since the last time is lost if it is killed. A fixed time would write all of
 * it again and again while an api is away for hours; by a tenth of the outage, a killed gateway loses at most a tenth, and a day costs some hundred times.
 */
export class KeepTimes {
  private since: number | null = null;
  private nextAt = Infinity;

  /** A delivery has failed. @param now on the process's clock, in ms @returns whether to keep now */
  failed(now: number): boolean {
    if (this.since === null) {
      this.since = now;
      this.nextAt = now + AT_FIRST_MS;
    }
    if (now < this.nextAt) return false;
    this.nextAt = now + Math.max(AT_FIRST_MS, SHARE * (now - this.since));
    return true;
  }

  delivered(): void {
    this.since = null;
    this.nextAt = Infinity;
  }
}

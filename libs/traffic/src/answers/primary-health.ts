/** The newest answers of a primary are those of the last one to two spans of this length, in ms. */
const SPAN_MS = 5_000;
/** A primary of whose newest answers more than this share are failures has trouble of its own. */
const MOST_FAILED = 0.1;

interface Span {
  readonly number: number;
  of: number;
  failures: number;
}

/** How a primary has fared in the last five to ten seconds, in two pairs of counts. */
export class PrimaryHealth {
  private now: Span = { number: -Infinity, of: 0, failures: 0 };
  private before: Span = this.now;

  /** @param atMs on any clock that only goes forward */
  note(failed: boolean, atMs: number): void {
    this.turn(atMs);
    this.now.of++;
    if (failed) this.now.failures++;
  }

  counts(atMs: number): { readonly failures: number; readonly of: number } {
    this.turn(atMs);
    const { now, before } = this;
    return { failures: now.failures + before.failures, of: now.of + before.of };
  }

  /** Does it answer? A primary that nobody has asked does not say so. */
  isWell(atMs: number): boolean {
    const { failures, of } = this.counts(atMs);
    return of > 0 && failures <= MOST_FAILED * of;
  }

  private turn(atMs: number): void {
    const number = Math.floor(atMs / SPAN_MS);
    if (number === this.now.number) return;
    const nothing = { number: number - 1, of: 0, failures: 0 };
    this.before = this.now.number === number - 1 ? this.now : nothing;
    this.now = { number, of: 0, failures: 0 };
  }
}

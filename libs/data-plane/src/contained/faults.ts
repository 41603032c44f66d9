import type { Logger } from '#libs/observe';

/** Where a callback threw. */
export type Place = 'caller' | 'upstream' | 'exchange' | 'shadow' | 'reading' | 'process';

/** An attacker who finds a fault must not fill the disk with it: so many are written in full a minute, the rest is counted. */
const LOGGED_A_MINUTE = 10;
const MINUTE_MS = 60_000;

/** What callbacks threw, by place, since the start of this process. */
class Faults {
  private readonly counts = new Map<Place, number>();
  private logger: Logger | null = null;
  private minute = -Infinity;
  private logged = 0;

  logTo(logger: Logger): void {
    this.logger = logger;
  }

  count(place: Place, error: unknown): void {
    this.counts.set(place, (this.counts.get(place) ?? 0) + 1);
    const now = performance.now();
    if (now - this.minute > MINUTE_MS) [this.minute, this.logged] = [now, 0];
    if (this.logged++ < LOGGED_A_MINUTE)
      this.logger?.error({ err: error, place }, 'a mistake of this gateway ended one exchange');
  }

  entries(): IterableIterator<[Place, number]> {
    return this.counts.entries();
  }
}

/** One for the process, as what is thrown anywhere is this program's mistake. */
export const faults = new Faults();

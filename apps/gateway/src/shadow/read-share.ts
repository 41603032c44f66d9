import type { Arm, Route } from '#libs/traffic';

/** Of each arm of a model, so many answers a second are read at most; a gate needs some hundreds in all. */
export const AMPLE_PER_SECOND = 200;
/** Of long answers fewer: so many bytes a second, which take some hundredths of the time, and so many answers at least. */
const AMPLE_BYTES = 2_000_000;
const LEAST_PER_SECOND = 20;
const SECOND_MS = 1_000;

interface Pace {
  startedAt: number;
  asked: number;
  /** Of the last answer that was read. */
  bytes: number;
  /** Of the answers, those that are read: by what came in the time before. */
  share: number;
  /** Adds up to 1 for each that is read. */
  due: number;
}

/**
 * Which answers are read by the output spec and the profile, where more of them come than gates need: every n-th, whatever it
 * says and whichever arm it is of, so that two servers that are equal are read as equal. Errors, times and comparisons
 * count all requests.
 */
export class ReadShare {
  private paces = new WeakMap<Route, Partial<Record<Arm, Pace>>>();

  /** @param now in ms, on any scale that goes on */
  take(route: Route, arm: Arm, now: number): boolean {
    let arms = this.paces.get(route);
    if (!arms) this.paces.set(route, (arms = {}));
    const pace = (arms[arm] ??= { startedAt: now, asked: 0, bytes: 1, share: 1, due: 0 });
    const elapsed = now - pace.startedAt;
    if (elapsed >= SECOND_MS) {
      const ample = Math.max(LEAST_PER_SECOND, Math.min(AMPLE_PER_SECOND, AMPLE_BYTES / pace.bytes));
      pace.share = Math.min(1, (ample * elapsed) / SECOND_MS / pace.asked);
      pace.startedAt = now;
      pace.asked = 0;
    }
    pace.asked++;
    pace.due += pace.share;
    // A share of 1/3 adds up to less than 1 in binary.
    if (pace.due < 1 - 1e-9) return false;
    pace.due -= 1;
    return true;
  }

  /** One that was read has so many bytes. */
  wasRead(route: Route, arm: Arm, bytes: number): void {
    const pace = this.paces.get(route)?.[arm];
    if (pace) pace.bytes = Math.max(1, bytes);
  }
}

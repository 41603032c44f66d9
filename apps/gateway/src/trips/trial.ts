import { addOutcome, isTripped, type Recent, type TripRule } from '#libs/traffic';

/**
 * What one request of a trial says of the candidate. `neither`: nothing, as a limit of ours was reached, the primary failed on it too, or its
 * caller has left.
 */
export type Tried = 'answered' | 'failed' | 'neither';

/** One request that a trial has begun with; whoever carries it says once what came of it. */
export interface Slot {
  /** Only the first time counts. */
  settle(tried: Tried): void;
}

/**
 * A pause of a candidate's traffic and the trial behind it: callers stay with the primary until a few requests have shown that the candidate
 * answers again (ADR 44). They are the candidate's next ones, as many as the rule of trips looks at, and both arms count while they are
 * taken; then the arms stand still until it is known what came of them. Pure but for its own state.
 */
export class Trial {
  private recent: Recent = [];
  private underWay = 0;
  private callerWaits = false;

  /** @param until when the pause ends, in ms of any clock */
  constructor(private until: number) {}

  /** Another pause, which never makes this one shorter. */
  pauseUntil(until: number): void {
    this.until = Math.max(this.until, until);
  }

  /** Is the next request of the candidate one of the trial, and counts the primary's arm? */
  isOpen(rule: TripRule, now: number): boolean {
    return (
      now >= this.until && !this.callerWaits && this.underWay < Math.max(1, rule.of - this.recent.length)
    );
  }

  /** @param waits a caller waits for it: no other one begins before it is over */
  begin(waits: boolean): void {
    this.underWay++;
    if (waits) this.callerWaits = true;
  }

  /** @returns what is proven now: it fails as hard as before, it answers so often that it cannot, or nothing yet */
  settle(tried: Tried, waited: boolean, rule: TripRule): 'fails' | 'answers' | null {
    this.underWay--;
    if (waited) this.callerWaits = false;
    if (tried === 'neither') return null;
    this.recent = addOutcome(this.recent, tried === 'failed', rule);
    if (isTripped(this.recent, rule)) return 'fails';
    const answers = this.recent.filter((failed) => !failed).length;
    return answers > rule.of - rule.failures ? 'answers' : null;
  }

  /** Something of it is under way. */
  get isBusy(): boolean {
    return this.underWay > 0;
  }

  get outcomes(): Recent {
    return this.recent;
  }
}

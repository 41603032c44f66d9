import type { Instant } from '#libs/kernel';

const MOST = 50_000;

/**
 * When this process last looked at each rollout, by the database's clock. A queue that is behind
 * holds the same wake-up several times: those asked for before the last look need no other one.
 */
export class LastLooks {
  private readonly at = new Map<string, Instant>();

  /** Was the rollout looked at, at or after `askedAt`? */
  isSince(rolloutId: string, askedAt: Instant): boolean {
    return (this.at.get(rolloutId) ?? -Infinity) >= askedAt;
  }

  note(rolloutId: string, at: Instant): void {
    // Forgetting costs a look too many, no more.
    if (this.at.size >= MOST) this.at.clear();
    this.at.set(rolloutId, at);
  }
}

import type { Instant } from '#libs/kernel';

/** Rollouts that wait, beyond which none are taken: they are due again in seconds. */
const MOST_WAITING = 1_000;

/** Work that this process does itself, a few pieces at once, each rollout once at a time. */
export class DirectWork {
  private readonly waiting = new Map<string, Instant>();
  private readonly underWay = new Map<string, Promise<void>>();
  private stopped = false;

  /** @param onError hears of every failure of `work`; the rollout is due again */
  constructor(
    private readonly work: (rolloutId: string, askedAt: Instant) => Promise<void>,
    private readonly onError: (error: unknown) => void,
    private readonly atOnce = 4,
  ) {}

  /** @returns how many were taken; the others wait here already, or there are too many */
  take(rolloutIds: readonly string[], askedAt: Instant): number {
    if (this.stopped) return 0;
    const before = this.waiting.size;
    for (const id of rolloutIds)
      if (this.waiting.size < MOST_WAITING && !this.waiting.has(id) && !this.underWay.has(id))
        this.waiting.set(id, askedAt);
    const taken = this.waiting.size - before;
    this.goOn();
    return taken;
  }

  /** Ends what is under way, and nothing else. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.waiting.clear();
    await Promise.all(this.underWay.values());
  }

  private goOn(): void {
    for (const [id, askedAt] of this.waiting) {
      if (this.underWay.size >= this.atOnce) return;
      this.waiting.delete(id);
      const done = this.work(id, askedAt)
        .catch(this.onError)
        .finally(() => {
          this.underWay.delete(id);
          this.goOn();
        });
      this.underWay.set(id, done);
    }
  }
}

import type { Instant } from '#libs/kernel';
import type { DirectWork } from './direct-work.ts';

/** What a queue of rollouts does for whoever hands over. */
export interface TakesWakeUps {
  /** @param askedAt by the database's clock */
  wake(rolloutIds: readonly string[], askedAt: Instant): Promise<void>;
}

/** The queue has so long to take what it is given. */
const TAKE_MS = 500;
/** One that did not is left alone for as long, so that it costs the sweep a tenth of its time at most. */
const AROUND_MS = 5_000;
/** Of a queue that has taken a rollout and brought this process nothing at all since then: it is away, or nobody listens to it. */
const PATIENCE_MS = 5_000;
/** What was lost is due again after 5 s. What comes up later than this was done by another worker meanwhile, and is due anew. */
const FORGET_MS = 15_000;
const MOST_REMEMBERED = 50_000;

/**
 * Hands the sweep's rollouts to the queue, and never waits for it: what the queue does not take within half a second,
 * or has taken and does not bring, this process does itself. The queue only spreads work over processes.
 */
export class HandOver {
  /** Since when, by the database's clock, and how much had been brought by then. */
  private readonly entrusted = new Map<string, { readonly at: Instant; readonly broughtBefore: number }>();
  private broughtSoFar = 0;
  private aroundUntil = -Infinity;

  /**
   * @param onError hears why the queue took nothing
   * @param onDirect how many rollouts went around the queue
   */
  constructor(
    private readonly queue: TakesWakeUps,
    private readonly direct: Pick<DirectWork, 'take'>,
    private readonly onError: (error: unknown) => void,
    private readonly onDirect: (rollouts: number) => void = () => undefined,
    private readonly now: () => number = () => performance.now(),
    private readonly takeMs: number = TAKE_MS,
  ) {}

  /** @param at by the database's clock */
  async give(rolloutIds: readonly string[], at: Instant): Promise<void> {
    for (const id of rolloutIds)
      if (at - (this.entrusted.get(id)?.at ?? at) >= FORGET_MS) this.entrusted.delete(id);
    const late = rolloutIds.filter((id) => this.isLate(id, at));
    this.doHere(late, at);
    const others = late.length === 0 ? rolloutIds : rolloutIds.filter((id) => !late.includes(id));
    if (others.length === 0) return;
    if (this.now() < this.aroundUntil) return this.doHere(others, at);
    try {
      await this.within(this.queue.wake(others, at));
    } catch (error) {
      this.aroundUntil = this.now() + AROUND_MS;
      this.doHere(others, at);
      return this.onError(error);
    }
    if (this.entrusted.size >= MOST_REMEMBERED) this.entrusted.clear();
    for (const id of others)
      if (this.entrusted.get(id)?.broughtBefore !== this.broughtSoFar)
        this.entrusted.set(id, { at, broughtBefore: this.broughtSoFar });
  }

  /** The queue has brought it. */
  brought(rolloutId: string): void {
    this.broughtSoFar++;
    this.entrusted.delete(rolloutId);
  }

  /** Another worker may be at it, as long as the queue brings anything. */
  private isLate(rolloutId: string, at: Instant): boolean {
    const entrusted = this.entrusted.get(rolloutId);
    if (!entrusted || entrusted.broughtBefore !== this.broughtSoFar) return false;
    return at - entrusted.at >= PATIENCE_MS;
  }

  private doHere(rolloutIds: readonly string[], at: Instant): void {
    if (rolloutIds.length === 0) return;
    for (const id of rolloutIds) this.entrusted.delete(id);
    const taken = this.direct.take(rolloutIds, at);
    if (taken > 0) this.onDirect(taken);
  }

  private async within(taking: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error('the queue takes nothing; rollouts are looked at without it')),
        this.takeMs,
      );
    });
    await Promise.race([taking, late]).finally(() => clearTimeout(timer));
  }
}

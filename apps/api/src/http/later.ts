import { setTimeout as sleep } from 'node:timers/promises';

const AGAIN_MS = 500;
/** Of a busy api in the time that each is tried; some megabytes. */
const MOST_OPEN = 10_000;

interface Task {
  readonly act: () => Promise<void>;
  readonly since: number;
  readonly gaveUp: (error: unknown) => void;
}

/** What could not be done while the database was away is done as soon as it answers: one after the other, all by one loop. */
export class Later {
  private readonly open = new Set<Task>();
  private isRunning = false;
  /** How many were given up since there were more than may be open. */
  dropped = 0;

  /** @param forMs how long each is tried */
  constructor(
    private readonly forMs: number,
    private readonly againMs: number = AGAIN_MS,
    private readonly mostOpen: number = MOST_OPEN,
  ) {}

  /** @param since by `performance.now()`: what its time is counted from @param act may be repeated */
  do(act: () => Promise<void>, since: number, gaveUp: (error: unknown) => void): void {
    this.open.add({ act, since, gaveUp });
    this.dropOldest();
    if (!this.isRunning) void this.run();
  }

  /** In a long outage: the oldest is nearest to the end of its time, after which it would be given up as well. */
  private dropOldest(): void {
    const [oldest] = this.open;
    if (this.open.size <= this.mostOpen || !oldest) return;
    this.open.delete(oldest);
    this.dropped++;
    oldest.gaveUp(
      new Error(`more than ${this.mostOpen} things wait for the database; ${this.dropped} were given up`),
    );
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    for (; this.open.size > 0;) {
      await sleep(this.againMs, undefined, { ref: false });
      for (const task of this.open) {
        if (!this.open.has(task)) continue;
        const isLast = performance.now() - task.since > this.forMs;
        const error = await task.act().then(
          () => null,
          (reason: unknown) => reason ?? new Error('for no reason'),
        );
        const isOpen = this.open.has(task);
        if (error === null || isLast) this.open.delete(task);
        // One that was dropped meanwhile has been told of.
        if (error !== null && isLast && isOpen) task.gaveUp(error);
        // Who is away for one is away for all.
        if (error !== null && !isLast) break;
      }
    }
    this.isRunning = false;
  }
}

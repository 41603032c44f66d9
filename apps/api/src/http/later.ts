import { setTimeout as sleep } from 'node:timers/promises';

const AGAIN_MS = 500;

interface Task {
  readonly act: () => Promise<void>;
  readonly since: number;
  readonly gaveUp: (error: unknown) => void;
}

/** What could not be done while the database was away is done as soon as it answers: one after the other, all by one loop. */
export class Later {
  private readonly open = new Set<Task>();
  private isRunning = false;

  /** @param forMs how long each is tried */
  constructor(
    private readonly forMs: number,
    private readonly againMs: number = AGAIN_MS,
  ) {}

  /** @param since by `performance.now()`: what its time is counted from @param act may be repeated */
  do(act: () => Promise<void>, since: number, gaveUp: (error: unknown) => void): void {
    this.open.add({ act, since, gaveUp });
    if (!this.isRunning) void this.run();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    for (; this.open.size > 0;) {
      await sleep(this.againMs, undefined, { ref: false });
      for (const task of this.open) {
        const isLast = performance.now() - task.since > this.forMs;
        const error = await task.act().then(
          () => null,
          (reason: unknown) => reason ?? new Error('for no reason'),
        );
        if (error === null || isLast) this.open.delete(task);
        if (error !== null && isLast) task.gaveUp(error);
        // Who is away for one is away for all.
        if (error !== null && !isLast) break;
      }
    }
    this.isRunning = false;
  }
}

/** A request whose log is not there when so many later ones have begun is counted as missing. */
const WINDOW = 10_000;
const MOST_WORKERS = 1_000;

/**
 * Counts requests whose log has not come: each worker of Envoy numbers those that count as they begin, and logs them as they end. One that is still
 * under way while thousands of others come and go is counted as missing until it comes.
 */
export class LogGaps {
  private readonly workers = new Map<string, WorkerLog>();
  private missingOfGone = 0;

  constructor(private readonly window = WINDOW) {}

  /** @param number that the worker has given it, from 1 on */
  heard(worker: string, number: number): void {
    let known = this.workers.get(worker);
    if (!known) {
      const [oldest] = this.workers.keys();
      if (this.workers.size >= MOST_WORKERS && oldest !== undefined) this.forget(oldest);
      this.workers.set(worker, (known = new WorkerLog(number, this.window)));
    }
    known.heard(number);
  }

  /** So far. */
  get missing(): number {
    return [...this.workers.values()].reduce((sum, { missing }) => sum + missing, this.missingOfGone);
  }

  private forget(worker: string): void {
    this.missingOfGone += this.workers.get(worker)?.missing ?? 0;
    this.workers.delete(worker);
  }
}

class WorkerLog {
  /** Have begun, and are not logged: in their order. */
  private readonly open = new Set<number>();
  missing = 0;

  /** @param newest the first one that is heard: what came before went to another reader of its log */
  constructor(
    private newest: number,
    private readonly window: number,
  ) {}

  heard(number: number): void {
    if (number <= this.newest) {
      if (!this.open.delete(number)) this.missing = Math.max(0, this.missing - 1);
      return;
    }
    const skipped = number - this.newest - 1;
    this.missing += Math.max(0, skipped - this.window);
    for (let one = number - Math.min(skipped, this.window); one < number; one++) this.open.add(one);
    this.newest = number;
    for (const one of this.open) {
      if (one > number - this.window) break;
      this.open.delete(one);
      this.missing++;
    }
  }
}

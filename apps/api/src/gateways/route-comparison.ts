/** A comparison that has no answer by then is given up: what it is asked on may be dead. */
const ANSWER_MS = 2_000;
const RETRY_MS = 500;

/**
 * Compares what this process knows with what is true, whatever it was told or not: every `everyMs`, at once when
 * poked, soon again after a failure. Never two at once, but for one that was given up.
 */
export class RouteComparison {
  private timer: NodeJS.Timeout | null = null;
  private running = false;
  private again = false;
  private stopped = false;
  private trueAt = performance.now();

  constructor(
    private readonly compare: () => Promise<void>,
    private readonly everyMs: number,
  ) {}

  /** Milliseconds since what is known was known to be true. */
  get ageMs(): number {
    return performance.now() - this.trueAt;
  }

  /** The first one, whose error is thrown; the others follow. */
  async start(): Promise<void> {
    await this.once();
    this.schedule(this.everyMs);
  }

  /** Something may have been missed. */
  poke(): void {
    this.again = true;
    if (!this.running) this.schedule(0);
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private schedule(ms: number): void {
    if (this.timer) clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => void this.run(), ms);
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.again = false;
    let pause = this.everyMs;
    try {
      await this.once();
    } catch {
      pause = RETRY_MS; // counted as age
    }
    this.running = false;
    this.schedule(this.again ? 0 : pause);
  }

  private async once(): Promise<void> {
    // The time before asking: the answer is as old as that.
    const askedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS} ms`)), ANSWER_MS);
    });
    try {
      await Promise.race([this.compare(), silence]);
      this.trueAt = askedAt;
    } finally {
      clearTimeout(timer);
    }
  }
}

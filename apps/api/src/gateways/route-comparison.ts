import { afterSilence } from '#libs/silence';

/** A comparison that has no answer by then is given up: what it is asked on may be dead. */
const ANSWER_MS = 2_000;
/** The first one reads all routes there are, and a process without them is of no use. */
const FIRST_ANSWER_MS = 60_000;
const RETRY_MS = 500;

class NoAnswer extends Error {}

/**
 * Compares what this process knows with what is true, whatever it was told or not: every `everyMs`, at once when
 * poked, soon again after a failure. Never two at once: one that was given up may be at work yet.
 */
export class RouteComparison {
  private timer: NodeJS.Timeout | null = null;
  private running = false;
  private again = false;
  private renewed = false;
  private stopped = false;
  /** The one that was given up, until it has ended. */
  private abandoned: Promise<void> | null = null;
  private trueAt = performance.now();
  private reason: string | null = null;

  constructor(
    private readonly compare: () => Promise<void>,
    private readonly everyMs: number,
    private readonly answerMs: number = ANSWER_MS,
  ) {}

  /** Milliseconds since what is known was known to be true. */
  get ageMs(): number {
    return performance.now() - this.trueAt;
  }

  /** Why the last one failed; `null` where it did not. */
  get failure(): string | null {
    return this.reason;
  }

  /** The first one, whose error is thrown; the others follow. */
  async start(): Promise<void> {
    this.running = true;
    await answered(this.once(), FIRST_ANSWER_MS);
    this.running = false;
    this.schedule(this.again ? 0 : this.everyMs);
  }

  /** Something may have been missed. */
  poke(): void {
    this.again = true;
    if (!this.running) this.schedule(0);
  }

  /** There are new connections: what was asked on others is not waited for. */
  renew(): void {
    this.renewed = true;
    this.abandoned = null;
    this.poke();
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
    if (this.running || this.abandoned) return;
    this.running = true;
    this.again = this.renewed = false;
    let pause = this.everyMs;
    const one = this.once();
    try {
      await answered(one, this.answerMs);
      this.reason = null;
    } catch (error) {
      pause = RETRY_MS;
      this.reason = error instanceof Error ? error.message : String(error); // counted as age
      if (error instanceof NoAnswer && !this.renewed) this.abandon(one);
    }
    this.running = false;
    this.schedule(this.again ? 0 : pause);
  }

  private abandon(one: Promise<void>): void {
    this.abandoned = one;
    const ended = (): void => {
      if (this.abandoned !== one) return;
      this.abandoned = null;
      this.schedule(this.again ? 0 : RETRY_MS);
    };
    one.then(ended, ended);
  }

  private async once(): Promise<void> {
    // The time before asking: the answer is as old as that, however late it comes.
    const askedAt = performance.now();
    await this.compare();
    this.trueAt = Math.max(this.trueAt, askedAt);
  }
}

async function answered(one: Promise<void>, ms: number): Promise<void> {
  let stop = (): void => undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    stop = afterSilence(ms, () => reject(new NoAnswer(`the database has not answered within ${ms} ms`)));
  });
  await Promise.race([one, silence]).finally(() => stop());
}

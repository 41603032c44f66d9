import { type RunningPostgres, startEmbeddedPostgres } from '#libs/embedded-postgres';
import { RepeatedErrors } from '#libs/observe';

const FIRST_PAUSE_MS = 200;
const MOST_PAUSE_MS = 5_000;
/** One that has lived for so long is started again at once when it ends. */
const SOUND_MS = 60_000;

/**
 * The embedded PostgreSQL, started again at its port when it ends by itself. What was committed is on disk: it
 * recovers by its own log. Pauses double up to 5 s. It is never given up: gateways serve callers without it, and what
 * keeps it away (a full disk) may be mended at any time.
 */
export class EmbeddedDatabase {
  private readonly stopped = new AbortController();
  private pause = FIRST_PAUSE_MS;
  private timer: NodeJS.Timeout | null = null;
  private starting: Promise<void> | null = null;
  private readonly errors: RepeatedErrors;

  private constructor(
    private readonly home: string,
    private server: RunningPostgres,
    private readonly say: (line: string) => void,
  ) {
    this.errors = new RepeatedErrors((error, times) =>
      say(`${(error as Error).message}${times > 1 ? ` (${times} times)` : ''}`),
    );
    this.watch();
  }

  /** @throws DomainError when it does not start for the first time */
  static async start(home: string, say: (line: string) => void): Promise<EmbeddedDatabase> {
    return new EmbeddedDatabase(home, await startEmbeddedPostgres(home), say);
  }

  get url(): string {
    return this.server.url;
  }

  get pid(): number {
    return this.server.pid;
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    if (this.timer) clearTimeout(this.timer);
    await this.starting;
    await this.server.stop();
  }

  private watch(): void {
    const startedAt = performance.now();
    void this.server.ended.then((how) => {
      if (this.stopped.signal.aborted) return;
      if (performance.now() - startedAt > SOUND_MS) this.pause = FIRST_PAUSE_MS;
      this.errors.note(new Error(`PostgreSQL ended (${how}); starting it again`));
      this.startLater();
    });
  }

  private startLater(): void {
    this.timer = setTimeout(() => {
      this.starting = this.startAgain().finally(() => (this.starting = null));
    }, this.pause);
    this.pause = Math.min(MOST_PAUSE_MS, this.pause * 2);
  }

  private async startAgain(): Promise<void> {
    try {
      // The other processes know its address.
      this.server = await startEmbeddedPostgres(
        this.home,
        Number(new URL(this.server.url).port),
        this.stopped.signal,
      );
      this.say('PostgreSQL runs again.');
      this.watch();
    } catch (error) {
      if (this.stopped.signal.aborted) return;
      this.errors.note(
        new Error(`PostgreSQL does not start, and is tried again: ${(error as Error).message}`),
      );
      this.startLater();
    }
  }
}

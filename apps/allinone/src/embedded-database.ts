import { type RunningPostgres, startEmbeddedPostgres } from '#libs/embedded-postgres';
import { RepeatedErrors } from '#libs/observe';

const FIRST_PAUSE_MS = 200;
const MOST_PAUSE_MS = 5_000;
/** One that has lived for so long is started again at once when it ends. */
const SOUND_MS = 60_000;
const GIVE_UP_MS = 180_000;

/** What is told of the database. */
export interface DatabaseNews {
  readonly say: (line: string) => void;
  /** It could not be started again for minutes: only people can mend that. */
  readonly gaveUp: (reason: string) => void;
}

/**
 * The embedded PostgreSQL, started again at its port when it ends by itself. What was committed is on disk: it
 * recovers by its own log. Pauses double up to 5 s.
 */
export class EmbeddedDatabase {
  private stopping = false;
  private pause = FIRST_PAUSE_MS;
  private timer: NodeJS.Timeout | null = null;
  private starting: Promise<void> | null = null;
  private endedAt = 0;
  private readonly errors: RepeatedErrors;

  private constructor(
    private readonly home: string,
    private server: RunningPostgres,
    private readonly news: DatabaseNews,
    private readonly giveUpMs: number,
  ) {
    this.errors = new RepeatedErrors((error, times) =>
      news.say(`${(error as Error).message}${times > 1 ? ` (${times} times)` : ''}`),
    );
    this.watch();
  }

  /** @throws DomainError when it does not start for the first time */
  static async start(
    home: string,
    news: DatabaseNews,
    giveUpMs: number = GIVE_UP_MS,
  ): Promise<EmbeddedDatabase> {
    return new EmbeddedDatabase(home, await startEmbeddedPostgres(home), news, giveUpMs);
  }

  get url(): string {
    return this.server.url;
  }

  get pid(): number {
    return this.server.pid;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    if (this.timer) clearTimeout(this.timer);
    await this.starting;
    await this.server.stop();
  }

  private watch(): void {
    const startedAt = performance.now();
    void this.server.ended.then((how) => {
      if (this.stopping) return;
      this.endedAt = performance.now();
      if (this.endedAt - startedAt > SOUND_MS) this.pause = FIRST_PAUSE_MS;
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
      this.server = await startEmbeddedPostgres(this.home, Number(new URL(this.server.url).port));
      this.news.say('PostgreSQL runs again.');
      this.watch();
    } catch (error) {
      const reason = (error as Error).message;
      if (this.stopping) return;
      if (performance.now() - this.endedAt > this.giveUpMs) return this.news.gaveUp(reason);
      this.errors.note(new Error(`PostgreSQL does not start: ${reason}`));
      this.startLater();
    }
  }
}

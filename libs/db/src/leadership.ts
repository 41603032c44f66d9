import pg from 'pg';

const RETRY_MS = 1_000;

/**
 * One process among many: holds a PostgreSQL advisory lock for as long as its connection lives.
 * When the holder dies, the next one that asks becomes it.
 */
export class Leadership {
  private client: pg.Client | null = null;
  private leading = false;
  private stopped = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly connectionString: string,
    private readonly lock: number,
  ) {}

  get isLeader(): boolean {
    return this.leading;
  }

  async start(): Promise<void> {
    await this.attempt();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.leading = false;
    if (this.timer) clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private async attempt(): Promise<void> {
    try {
      const client = this.client ?? (await this.connect());
      const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [
        this.lock,
      ]);
      this.leading = rows[0]?.got === true;
    } catch {
      this.leading = false;
    }
    if (!this.leading && !this.stopped) this.timer = setTimeout(() => void this.attempt(), RETRY_MS);
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.connectionString,
      keepAlive: true,
      application_name: 'understudy-leader',
    });
    const lost = (): void => {
      if (this.client !== client) return;
      this.client = null;
      this.leading = false;
      if (!this.stopped) this.timer = setTimeout(() => void this.attempt(), RETRY_MS);
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    this.client = client;
    return client;
  }
}

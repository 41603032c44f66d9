import pg from 'pg';
import { CHANNEL, type Notification } from './notify.ts';

const RETRY_MS = 1_000;

/**
 * A connection of its own that listens for notifications, and connects again when it is cut.
 * `onConnected` is called after every (re)connection: what was said meanwhile is lost, so look.
 */
export class DatabaseListener {
  private client: pg.Client | null = null;
  private stopped = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly connectionString: string,
    private readonly on: {
      readonly connected: () => void;
      readonly message: (message: Notification) => void;
    },
  ) {}

  /** Connects for the first time; rejects when the database is away. */
  async start(): Promise<void> {
    await this.connect();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.connectionString,
      keepAlive: true,
      application_name: 'understudy-listener',
    });
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ payload }) => {
      if (payload) this.on.message(JSON.parse(payload) as Notification);
    });
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    this.client = client;
    this.on.connected();
  }

  private lost(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.reconnectLater();
  }

  private reconnectLater(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.connect().catch(() => this.reconnectLater());
    }, RETRY_MS);
  }
}

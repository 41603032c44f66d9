import { ListeningConnection } from './listening-connection.ts';
import { CHANNEL, type Notification } from './notify.ts';

const RETRY_MS = 500;

/**
 * A connection of its own that listens for notifications. When it is cut, or hears nothing of itself any more,
 * another one takes its place. `connected` is called after every (re)connection: what was said meanwhile is lost, so look.
 */
export class DatabaseListener {
  private connection: ListeningConnection | null = null;
  private stopped = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly connectionString: string,
    private readonly on: {
      readonly connected: () => void;
      readonly message: (message: Notification) => void;
      /** The connection is no more. Others to the same place may be as dead, and not know it. */
      readonly lost?: (reason: string) => void;
    },
  ) {}

  /** Connects for the first time; rejects when the database is away. */
  async start(): Promise<void> {
    await this.connect();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.connection?.close();
  }

  private async connect(): Promise<void> {
    const connection = await ListeningConnection.open(this.connectionString, CHANNEL, {
      message: (payload) => this.on.message(JSON.parse(payload) as Notification),
      ended: (reason) => {
        this.connection = null;
        this.on.lost?.(reason);
        this.reconnect();
      },
    });
    if (this.stopped) return connection.close();
    this.connection = connection;
    this.on.connected();
  }

  private reconnect(): void {
    if (this.stopped) return;
    this.connect().catch(() => {
      if (!this.stopped) this.timer = setTimeout(() => this.reconnect(), RETRY_MS);
    });
  }
}

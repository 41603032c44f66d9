import { ListeningConnection } from './listening-connection.ts';
import { CHANNEL, type Notification } from './notify.ts';

const RETRY_MS = 500;

/**
 * A connection of its own that listens for notifications. When it is cut, or hears nothing of itself any more,
 * another one takes its place.
 */
export class DatabaseListener {
  private connection: ListeningConnection | null = null;
  private stopped = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly connectionString: string,
    private readonly on: {
      /** After every connection: what was said before is lost, so look. @param again it is not the first one */
      readonly connected: (again: boolean) => void;
      readonly message: (message: Notification) => void;
      /** The connection is no more. Others to the same place may be as dead, and not know it. */
      readonly lost?: (reason: string) => void;
    },
  ) {}

  /** Connects for the first time; rejects when the database is away. */
  async start(): Promise<void> {
    await this.connect(false);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.connection?.close();
  }

  private async connect(again: boolean): Promise<void> {
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
    this.on.connected(again);
  }

  private reconnect(): void {
    if (this.stopped) return;
    this.connect(true).catch(() => {
      if (!this.stopped) this.timer = setTimeout(() => this.reconnect(), RETRY_MS);
    });
  }
}

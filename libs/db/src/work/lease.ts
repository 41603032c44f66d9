import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';

/** The database forgets a holder that was silent for this long. */
const TERM_MS = 8_000;
const RENEW_MS = 2_000;
/** A holder stops believing in its lease well before the database gives it to another. */
const BELIEVED_MS = 5_000;

/**
 * One process among many. The holder renews its lease; one that dies, hangs or is cut off loses it
 * by the database's clock, and stops believing in it by its own before that.
 */
export class Lease {
  private readonly holder = randomUUID();
  private renewedAt = -Infinity;
  private timer: NodeJS.Timeout | null = null;
  private renewing: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly name: string,
  ) {}

  get isHeld(): boolean {
    return performance.now() - this.renewedAt < BELIEVED_MS;
  }

  async start(): Promise<void> {
    await this.renew();
    this.timer = setInterval(() => {
      this.renewing = this.renew();
    }, RENEW_MS);
  }

  /** Gives the lease back, so that another process need not wait for its end. */
  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.renewing;
    this.renewedAt = -Infinity;
    await this.dataSource
      .query('DELETE FROM lease WHERE name = $1 AND holder = $2', [this.name, this.holder])
      .catch(() => undefined);
  }

  private async renew(): Promise<void> {
    // The time before asking: the lease may be older than its answer, never younger.
    const askedAt = performance.now();
    try {
      const rows = await this.dataSource.query<unknown[]>(
        `INSERT INTO lease (name, holder, expires_at)
         VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
         WHERE lease.holder = excluded.holder OR lease.expires_at < clock_timestamp()
           -- Its holder renewed it before a clock was set back.
           OR lease.expires_at > excluded.expires_at + make_interval(secs => $3)
         RETURNING name`,
        [this.name, this.holder, TERM_MS / 1_000],
      );
      this.renewedAt = rows.length > 0 ? askedAt : -Infinity;
    } catch {
      // The database is away: what was renewed stays believed for as long as it may be.
    }
  }
}

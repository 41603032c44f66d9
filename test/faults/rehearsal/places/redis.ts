import { Redis } from 'ioredis';
import type { FaultyRelay } from '../../../support/databases/faulty-relay.ts';
import { startRedis, type TestRedis } from '../../../support/databases/redis.ts';
import { freePort } from '#libs/processes';
import type { BreakablePlace, End } from './places.ts';
import type { FaultKind } from '../schedule.ts';

/** It keeps nothing: what jobs it had is lost with it. */
const OPTIONS = ['--appendonly', 'no'];

/** The Redis of a rehearsal, which goes away and comes back at its port, and fails over to another one. */
export class RehearsalRedis {
  private readonly old: TestRedis[] = [];
  private readonly relays: FaultyRelay[] = [];

  private constructor(
    private port: number,
    private running: TestRedis | null,
  ) {}

  static async start(): Promise<RehearsalRedis> {
    const port = await freePort();
    return new RehearsalRedis(port, await startRedis(OPTIONS, port));
  }

  get currentPort(): number {
    return this.port;
  }

  /** What leads to it; after a failover it leads elsewhere. */
  follow(relay: FaultyRelay): void {
    this.relays.push(relay);
  }

  get places(): readonly BreakablePlace[] {
    return [{ name: 'redis', kind: 'redis', weight: 2, begin: (kind) => this.begin(kind) }];
  }

  async close(): Promise<void> {
    for (const one of [...this.old, ...(this.running ? [this.running] : [])]) await one.stop();
  }

  private async begin(kind: FaultKind): Promise<End> {
    if (kind === 'failover') return this.failOver();
    const { running } = this;
    this.running = null;
    await running?.stop();
    return async () => {
      this.running = await startRedis(OPTIONS, this.port);
    };
  }

  private async failOver(): Promise<End> {
    const before = this.running;
    if (!before) throw new Error('Redis is away');
    const port = await freePort();
    this.running = await startRedis(OPTIONS, port);
    const client = new Redis(before.url);
    await client.replicaof('127.0.0.1', port);
    client.disconnect();
    this.old.push(before);
    this.port = port;
    for (const relay of this.relays) relay.leadTo(port);
    return () => undefined;
  }
}

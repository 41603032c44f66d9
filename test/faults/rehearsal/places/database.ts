import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type RunningPostgres, startEmbeddedPostgres } from '#libs/embedded-postgres';
import type { BreakablePlace, End } from './places.ts';
import type { FaultKind, KINDS } from '../schedule.ts';

type DatabaseFault = (typeof KINDS)['database'][number];

const END_EVERY_MS = 300;
const RESTART_TRIES = 60;

/** The PostgreSQL of a rehearsal: goes away, comes back at its port, may only be read, ends sessions. */
export class RehearsalDatabase {
  private constructor(
    private readonly home: string,
    private readonly port: number,
    private running: RunningPostgres | null,
    readonly url: string,
  ) {}

  static async start(home: string, port: number): Promise<RehearsalDatabase> {
    const running = await startEmbeddedPostgres(`${home}/database`, port);
    return new RehearsalDatabase(`${home}/database`, port, running, running.url);
  }

  get places(): readonly BreakablePlace[] {
    return [{ name: 'database', kind: 'database', weight: 4, begin: (kind) => this.begin(kind) }];
  }

  /** Asked as the owner, past every relay. */
  async ask<T extends pg.QueryResultRow>(text: string): Promise<readonly T[]> {
    const owner = new pg.Client({ connectionString: this.url, application_name: 'rehearsal' });
    owner.on('error', () => undefined);
    await owner.connect();
    try {
      return (await owner.query<T>(text)).rows;
    } finally {
      await owner.end();
    }
  }

  async close(): Promise<void> {
    await this.running?.destroy();
  }

  private async begin(kind: FaultKind): Promise<End> {
    const fault = kind as DatabaseFault;
    switch (fault) {
      case 'restart':
      case 'crash':
        await this.goAway(fault);
        return () => this.comeBack();
      case 'read-only':
        return this.onlyRead();
      case 'end-sessions': {
        let isOver = false;
        const ending = (async () => {
          for (; !isOver; await sleep(END_EVERY_MS)) await this.endSessions('true').catch(() => undefined);
        })();
        return async () => {
          isOver = true;
          await ending;
        };
      }
      default:
        throw new Error(`a database cannot "${kind}"`);
    }
  }

  /** New sessions may only read, and many are new, as those of the pools are ended; who listens keeps a session that may write. */
  private async onlyRead(): Promise<End> {
    const name = new URL(this.url).pathname.slice(1);
    await this.ask(`ALTER DATABASE "${name}" SET default_transaction_read_only = on`);
    await this.endSessions(`application_name = 'understudy'`);
    return async () =>
      void (await this.ask(
        `BEGIN READ WRITE; ALTER DATABASE "${name}" RESET default_transaction_read_only; COMMIT`,
      ));
  }

  private endSessions(which: string): Promise<readonly object[]> {
    return this.ask(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name <> 'rehearsal' AND ${which}`,
    );
  }

  private async goAway(how: 'restart' | 'crash'): Promise<void> {
    const { running } = this;
    this.running = null;
    if (!running) return; // it is away
    if (how === 'crash') process.kill(running.pid, 'SIGKILL');
    await (how === 'crash' ? running.ended : running.stop());
  }

  private async comeBack(): Promise<void> {
    if (this.running) return;
    for (let tries = 1; ; tries++) {
      try {
        this.running = await startEmbeddedPostgres(this.home, this.port);
        return;
      } catch (error) {
        if (tries === RESTART_TRIES) throw error;
        await sleep(500);
      }
    }
  }
}

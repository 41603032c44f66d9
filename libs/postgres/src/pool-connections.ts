import type { Socket } from 'node:net';
import pg from 'pg';
import { afterSilence } from '#libs/silence';
import { STATEMENT_MS } from './connection-bounds.ts';
import { endsAllConnections } from './database-failure.ts';
import { backendsAtWork, endForgotten, SilenceWatch, type Watched } from './silence-watch.ts';

/** For what is under way on a connection that is to be parted with: as long as it may take on any. */
const LAST_USE_MS = STATEMENT_MS;
/** A connection that is asked for a word, and has none by then, is dead. */
const WORD_MS = 2_000;
/**
 * Connections are younger than the last time all were dropped, and not dropped again so soon: one failure is told of
 * in many ways. As long as the server only reads, every new connection finds that out, and parts with itself only.
 */
const DROP_AGAIN_MS = 1_000;

/** The connections of one pool, to part with the dead ones: the pool itself finds each by a failure. */
export class PoolConnections {
  private readonly open = new Set<pg.Client>();
  private readonly inUse = new Set<pg.Client>();
  private readonly unwanted = new WeakSet<pg.Client>();
  /** Those that are set up at present. */
  private readonly beginning = new Set<pg.Client>();
  private readonly pids = new WeakMap<pg.Client, number>();
  private droppedAt = -Infinity;
  private isFollowed = false;

  /** What the pool is to make its connections of. */
  readonly Client: typeof pg.Client;

  /**
   * @param setUp what each connection is told before its first use; not by start-up parameters, which poolers such as
   * PgBouncer refuse or, worse, ignore. A connection that cannot be told so is none.
   */
  constructor(setUp: string | null = null) {
    const { open, beginning, pids } = this;
    const moved = (client: pg.Client): void => this.serverIsOfNoUse(client);
    this.Client = class extends pg.Client {
      /** Before its first use. */
      private readonly words: string;
      /** Why it is of no use any more. */
      private lostFor: Error | null = null;

      constructor(config?: string | pg.ClientConfig) {
        const { options, ...rest } = typeof config === 'object' ? config : { connectionString: config };
        super(rest);
        this.words = [...settingsOf(options), ...(setUp === null ? [] : [setUp])].join('; ');
        this.on('error', (error) => (this.lostFor ??= error));
        // Not one that is being set up: it is new.
        this.connection.once('readyForQuery', () => open.add(this));
        this.once('end', () => open.delete(this));
        // Whoever asked, and however: every error passes here.
        this.connection.on('errorMessage', ({ code }: { code?: string }) => {
          if (endsAllConnections(code)) moved(this);
        });
      }

      override connect(): Promise<pg.Client>;
      override connect(callback: (error: Error) => void): void;
      override connect(callback?: (error: Error) => void): Promise<pg.Client> | void {
        beginning.add(this);
        const connected = super
          .connect()
          .then(async () => {
            if (this.words === '') return this as pg.Client;
            const asked = this.query(`${this.words}; SELECT pg_backend_pid() AS pid`);
            const answers = await asked.catch(async (error: unknown) => {
              await this.end().catch(() => undefined);
              throw error;
            });
            // One result for each statement.
            const [row] = (answers as unknown as pg.QueryResult<{ pid: number }>[]).at(-1)?.rows ?? [];
            if (row) pids.set(this, row.pid);
            return this as pg.Client;
          })
          .then((client) => {
            // Ended in the same piece as the last answer: nobody could hear of it yet.
            if (this.lostFor) throw this.lostFor;
            return client;
          })
          .finally(() => beginning.delete(this));
        if (!callback) return connected;
        const done = callback as (error?: Error) => void;
        connected.then(() => done(), done);
      }
    };
  }

  /** Learns which of them are in use; none is now. */
  follow(pool: pg.Pool): void {
    this.isFollowed = true;
    const { password, ssl, ...rest } = pool.options;
    // Those two are hidden from copies of the options.
    const config = { ...rest, password, ssl, Client: undefined, pipeline: false } as pg.ClientConfig;
    const watch: SilenceWatch = new SilenceWatch(
      () => {
        if (pool.ended) watch.stop();
        return this.watched();
      },
      (backends) => backendsAtWork(config, backends),
      (backends) => {
        this.drop();
        // Where nobody answers PostgreSQL ends them itself, a moment later.
        void endForgotten(config, backends).catch(() => undefined);
      },
    );
    watch.start();
    pool.on('acquire', (client) => this.inUse.add(client as unknown as pg.Client));
    pool.on('release', (_error, client) => {
      const one = client as unknown as pg.Client;
      this.inUse.delete(one);
      // The pool takes back none that is ending.
      if (this.unwanted.has(one)) void one.end();
    });
  }

  private watched(): readonly Watched[] {
    const one = (client: pg.Client, owes: () => boolean): Watched => ({
      of: client,
      pid: this.pids.get(client) ?? null,
      owes,
      heard: () => (client.connection.stream as Socket).bytesRead,
      end: () => client.connection.stream.destroy(),
    });
    // The driver's own word for that no statement is under way.
    const isAsked = (client: pg.Client): boolean =>
      (client as unknown as { readyForQuery: boolean }).readyForQuery === false;
    return [
      ...[...this.inUse].map((client) => one(client, () => isAsked(client))),
      ...[...this.beginning].map((client) => one(client, () => this.beginning.has(client))),
    ];
  }

  /** A connection was told that its server only reads, or ends. */
  private serverIsOfNoUse(client: pg.Client): void {
    if (!this.isFollowed) return; // the pool itself ends each that fails
    this.unwanted.add(client);
    this.drop();
  }

  /**
   * Of a pool that is followed: all are ended now, and those in use or being set up when they are given back, or have not been
   * after a while. Nothing is done where that was less than a second ago.
   */
  drop(): void {
    if (performance.now() - this.droppedAt < DROP_AGAIN_MS) return;
    this.droppedAt = performance.now();
    const used = [...this.inUse];
    for (const client of [...this.open]) {
      // Nobody hears of an error of one that is set up yet: it would end the process.
      if (this.inUse.has(client) || this.beginning.has(client)) continue;
      // The pool removes an idle one at once for an error; for the end of its socket only later, and gives it out until then.
      client.emit('error', new Error('parted with, as its server may be of no use'));
      client.connection.stream.destroy();
    }
    for (const client of [...used, ...this.beginning]) this.unwanted.add(client);
    setTimeout(() => {
      for (const client of used) if (this.inUse.has(client)) client.connection.stream.destroy();
    }, LAST_USE_MS).unref();
  }

  /** Of any pool: each is asked for a word, and ended where it has none. */
  endSilent(): void {
    for (const client of this.open) {
      // An error is a word too.
      const answered = afterSilence(WORD_MS, () => client.connection.stream.destroy());
      client.query('SELECT 1').then(answered, answered);
    }
  }
}

/** Start-up options ("-c name=value", as BullMQ names its schema) as statements. */
function settingsOf(options: string | undefined): readonly string[] {
  const found = [...(options ?? '').matchAll(/-c\s+(\w+)=("[^"]*"|[\w.,]+)/g)];
  return found.map(([, name, value]) => `SET ${name} = ${value}`);
}

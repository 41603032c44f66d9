import pg from 'pg';
import { afterSilence } from '#libs/silence';
import { STATEMENT_MS } from './connection-bounds.ts';
import { endsAllConnections } from './database-failure.ts';

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
  private droppedAt = -Infinity;
  private isFollowed = false;

  /** What the pool is to make its connections of. */
  readonly Client: typeof pg.Client;

  /**
   * @param setUp what each connection is told before its first use; not by start-up parameters, which poolers such as
   * PgBouncer refuse or, worse, ignore. A connection that cannot be told so is none.
   */
  constructor(setUp: string | null = null) {
    const { open } = this;
    const moved = (client: pg.Client): void => this.serverIsOfNoUse(client);
    this.Client = class extends pg.Client {
      /** Before its first use. */
      private readonly words: string;

      constructor(config?: string | pg.ClientConfig) {
        const { options, ...rest } = typeof config === 'object' ? config : { connectionString: config };
        super(rest);
        this.words = [...settingsOf(options), ...(setUp === null ? [] : [setUp])].join('; ');
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
        const connected = super.connect().then(async () => {
          if (this.words === '') return this as pg.Client;
          await this.query(this.words).catch(async (error: unknown) => {
            await this.end().catch(() => undefined);
            throw error;
          });
          return this as pg.Client;
        });
        if (!callback) return connected;
        const done = callback as (error?: Error) => void;
        connected.then(() => done(), done);
      }
    };
  }

  /** Learns which of them are in use; none is now. */
  follow(pool: pg.Pool): void {
    this.isFollowed = true;
    pool.on('acquire', (client) => this.inUse.add(client as unknown as pg.Client));
    pool.on('release', (_error, client) => {
      const one = client as unknown as pg.Client;
      this.inUse.delete(one);
      // The pool takes back none that is ending.
      if (this.unwanted.has(one)) void one.end();
    });
  }

  /** A connection was told that its server only reads, or ends. */
  private serverIsOfNoUse(client: pg.Client): void {
    if (!this.isFollowed) return; // the pool itself ends each that fails
    this.unwanted.add(client);
    this.drop();
  }

  /**
   * Of a pool that is followed: all are ended now, and those in use when they are given back, or have not been
   * after a while. Nothing is done where that was less than a second ago.
   */
  drop(): void {
    if (performance.now() - this.droppedAt < DROP_AGAIN_MS) return;
    this.droppedAt = performance.now();
    const used = [...this.inUse];
    for (const client of [...this.open]) {
      if (this.inUse.has(client)) continue;
      // The pool removes an idle one at once for an error; for the end of its socket only later, and gives it out until then.
      client.emit('error', new Error('parted with, as its server may be of no use'));
      client.connection.stream.destroy();
    }
    for (const client of used) this.unwanted.add(client);
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

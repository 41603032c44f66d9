import pg from 'pg';

/** How often connections are looked at. */
const LOOK_MS = 500;
/** A connection that has owed an answer for as long, without a word, is asked about. */
const OWED_MS = 3_000;
/** Whoever is asked has so long for the answer, its greeting included; then nothing is known. */
const ANSWER_MS = 1_500;
/** Turns of the event loop, each with a look at what has come in. */
const TURNS = 2;

/** A connection in use or being set up, as far as this watch is concerned. */
export interface Watched {
  /** Whose this is: the same object at each look. */
  readonly of: object;
  /**
   * The backend's, as it said itself (poolers invent others); `null`: it is being set up. Who has been greeted is slow, and
   * not dead: only who has heard nothing at all, where another one that came later was answered, is.
   */
  readonly pid: number | null;
  /** Is an answer awaited on it? */
  owes(): boolean;
  /** Bytes that have come so far. */
  heard(): number;
  /** Ends its socket: what is awaited fails. */
  end(): void;
}

interface Suspicion {
  readonly one: Watched;
  readonly heard: number;
  readonly since: number;
}

/**
 * Tells a connection that is slow from one that is dead: when an answer is owed for three seconds without a word, PostgreSQL
 * is asked on another connection what that backend does. One that works is waited for; one that does not, or is none, has
 * answered on a connection that carries nothing any more. While nobody answers nothing is known, and nothing ended: what is
 * asked of a database that is away has bounds of its own (connection-bounds.ts).
 */
export class SilenceWatch {
  private readonly suspicions = new Map<object, Suspicion>();
  private timer: NodeJS.Timeout | null = null;
  private isAsking = false;

  /**
   * @param watched those there are now
   * @param ask which of these backends are at work; rejects where nobody answers in time
   * @param onDead is told their backends, those that it knows; other connections may be as dead
   */
  constructor(
    private readonly watched: () => Iterable<Watched>,
    private readonly ask: (pids: readonly number[]) => Promise<ReadonlySet<number>>,
    private readonly onDead: (backends: readonly number[]) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.look(), LOOK_MS).unref();
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** One look; resolves when what it asked is known. */
  async look(): Promise<void> {
    this.note();
    const suspects = [...this.suspicions.values()].filter(({ since }) => this.now() - since >= OWED_MS);
    if (suspects.length === 0 || this.isAsking) return;
    this.isAsking = true;
    try {
      const pids = suspects.map(({ one }) => one.pid).filter((pid) => pid !== null);
      const working = await this.ask(pids);
      for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
      const dead = suspects.filter(
        ({ one, heard }) =>
          one.owes() && one.heard() === heard && (one.pid === null ? heard === 0 : !working.has(one.pid)),
      );
      for (const { one } of dead) one.end();
      if (dead.length > 0) this.onDead(dead.map(({ one }) => one.pid).filter((pid) => pid !== null));
    } catch {
      // Nobody answers: nothing is known of them.
    } finally {
      this.isAsking = false;
    }
  }

  private note(): void {
    const now = [...this.watched()].filter((one) => one.owes());
    const owing = new Set(now.map((one) => one.of));
    for (const of of this.suspicions.keys()) if (!owing.has(of)) this.suspicions.delete(of);
    for (const one of now) {
      const heard = one.heard();
      if (this.suspicions.get(one.of)?.heard !== heard)
        this.suspicions.set(one.of, { one, heard, since: this.now() });
    }
  }
}

/** Asks on a new connection to the same place. @throws Error when it has no answer within 1.5 s */
export async function backendsAtWork(
  config: pg.ClientConfig,
  pids: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await askAnew<{ pid: number }>(
    config,
    `SELECT pid FROM pg_stat_activity WHERE pid = ANY($1) AND (state IS NULL OR state NOT LIKE 'idle%')`,
    pids,
  );
  return new Set(rows.map(({ pid }) => pid));
}

/** As long as an answer was owed at least, and some. */
const OPEN_SECONDS = (OWED_MS - LOOK_MS) / 1_000;

/**
 * Ends the sessions of connections that are dead, where they are within a transaction: nobody will ever go on with it, and others wait for what
 * it has locked. One that a pooler has given to somebody else by now has begun later.
 */
export async function endForgotten(config: pg.ClientConfig, pids: readonly number[]): Promise<void> {
  await askAnew(
    config,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE pid = ANY($1) AND state LIKE 'idle in transaction%' AND xact_start < clock_timestamp() - make_interval(secs => ${OPEN_SECONDS})`,
    pids,
  );
}

async function askAnew<T extends pg.QueryResultRow>(
  config: pg.ClientConfig,
  text: string,
  pids: readonly number[],
): Promise<readonly T[]> {
  const client = new pg.Client({
    ...config,
    ...{ application_name: 'understudy-watch', connectionTimeoutMillis: ANSWER_MS },
  });
  client.on('error', () => undefined); // what is asked fails with it
  const late = setTimeout(() => client.connection.stream.destroy(), ANSWER_MS);
  try {
    await client.connect();
    return (await client.query<T>(text, [pids])).rows;
  } finally {
    await client.end().catch(() => undefined);
    clearTimeout(late);
  }
}

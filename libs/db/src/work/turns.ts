import { BUSY, STATEMENT_MS } from '#libs/postgres';

interface Line {
  free: number;
  readonly waiting: (() => void)[];
}

/**
 * Turns of this process at what transactions lock for long. Whoever waits for a lock in PostgreSQL keeps a connection meanwhile:
 * 200 writers of one model would take the whole pool, and those of all other models would wait with them. So a few of them ask PostgreSQL,
 * and the others wait here, for their turn, without a connection.
 */
export class Turns {
  private readonly lines = new Map<string, Line>();

  /** @returns whether it was free */
  tryTake(key: string, places: number): boolean {
    const line = this.lines.get(key) ?? { free: places, waiting: [] };
    if (line.free === 0) return false;
    line.free--;
    this.lines.set(key, line);
    return true;
  }

  /**
   * First come, first served.
   * @throws Error that `databaseFailure` calls `busy`, when it does not come within `ms`
   */
  async take(key: string, places: number, ms: number): Promise<void> {
    if (this.tryTake(key, places)) return;
    const { waiting } = this.lines.get(key) as Line;
    await new Promise<void>((resolve, reject) => {
      const called = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(
        () => {
          waiting.splice(waiting.indexOf(called), 1);
          reject(Object.assign(new Error(`waited too long for ${key}`), { code: BUSY }));
        },
        Math.max(ms, 0),
      );
      waiting.push(called);
    });
  }

  give(key: string, places: number): void {
    const line = this.lines.get(key);
    if (!line) return;
    const next = line.waiting.shift();
    if (next) next();
    else if (++line.free === places) this.lines.delete(key);
  }
}

/** Thrown where a transaction would have to wait: it is given up, and begun anew when it is its turn. */
class TurnAwaited extends Error {}

/**
 * Of each model: PostgreSQL lets one of them through, and the others have all that comes before the lock done by then. With one alone a model took less
 * than half as many writes on a busy machine.
 */
const PLACES = 3;

/** What a transaction locks that others may have for long. */
export interface TurnTaker {
  /** To be called before what may wait in PostgreSQL. @param places how many may be at it at once in this process */
  take(key: string, places?: number): void;
}

/** For looking only: nothing is locked. */
export const NO_TURNS: TurnTaker = { take: () => undefined };

/**
 * The turns of one unit of work. Within its transaction it takes what is free and never waits. Where something is not, the transaction is
 * given up, the unit waits for all that it has asked for so far, in one order, so that no two wait for each other, and begins anew.
 */
export class UnitTurns implements TurnTaker {
  private readonly asked = new Map<string, number>();
  private readonly held = new Set<string>();
  private since: number | null = null;
  private isAwaited = false;

  constructor(private readonly turns: Turns) {}

  /** Is what the transaction has done to be given up, as it was not its turn? */
  get awaits(): boolean {
    return this.isAwaited;
  }

  take(key: string, places = PLACES): void {
    this.asked.set(key, places);
    if (!this.held.has(key)) {
      if (this.turns.tryTake(key, places)) this.held.add(key);
      else this.isAwaited = true;
    }
    this.assertNone();
  }

  /** For work that has gone on past what `take` has thrown. */
  assertNone(): void {
    if (this.isAwaited) throw new TurnAwaited('not its turn yet');
  }

  /** Before each transaction. @throws Error that `databaseFailure` calls `busy`, when a statement's time has gone by in waiting */
  async come(): Promise<void> {
    if (!this.isAwaited) return;
    this.over();
    this.since ??= performance.now();
    for (const [key, places] of [...this.asked].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await this.turns.take(key, places, this.since + STATEMENT_MS - performance.now());
      this.held.add(key);
    }
    this.isAwaited = false;
  }

  /** All that it has is another one's turn. */
  over(): void {
    for (const key of this.held) this.turns.give(key, this.asked.get(key) ?? PLACES);
    this.held.clear();
  }
}

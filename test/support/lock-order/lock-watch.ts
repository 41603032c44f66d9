import type { LockPlace } from '#libs/db';
import { locksOf, type StatementLock, UNKNOWN_ADVISORY } from './statement-locks.ts';

interface Taken {
  readonly rank: number;
  readonly statement: string;
}

interface Keys {
  readonly last: string | null;
  readonly several: boolean;
  readonly all: Set<string>;
  readonly statement: string;
}

/** What one transaction has locked so far. */
interface Held {
  /** The lock of the highest rank, of those that somebody else may wait for. */
  highest: Taken | null;
  /** By place: the greatest key, and all of them; rows of several are none. */
  readonly keys: Map<string, Keys>;
  /** By what their removal holds before it: the statement that keeps rows from being removed. */
  readonly kept: Map<string, string>;
}

const nothing = (): Held => ({ highest: null, keys: new Map(), kept: new Map() });
const copyOf = ({ highest, keys, kept }: Held): Held => ({
  highest,
  kept: new Map(kept),
  keys: new Map([...keys].map(([place, { all, ...rest }]) => [place, { ...rest, all: new Set(all) }])),
});

/**
 * Follows what one connection locks from its statements, and says where a transaction goes back in the order of locks, or locks
 * several rows in no order. Statements outside of transactions hold nothing and are not followed.
 */
export class LockWatch {
  private held: Held | null = null;
  private readonly savepoints: Held[] = [];

  /**
   * @param order the one order
   * @param report is told what is wrong, once for each statement
   * @param examples of transactions that lock one place and then another, by both names; shared by all connections
   */
  constructor(
    private readonly order: readonly LockPlace[],
    private readonly report: (problem: string) => void,
    private readonly examples: Map<string, string> = new Map(),
  ) {}

  /** A statement is sent. */
  sends(text: string, values: readonly unknown[] = []): void {
    const verb = /^\s*(\w+(\s+to)?)/i.exec(text)?.[1]?.toLowerCase().replace(/\s+/, ' ') ?? '';
    if (verb === 'begin' || verb === 'start') this.held = nothing();
    else if (verb === 'commit' || verb === 'rollback') this.held = null;
    else if (verb === 'savepoint' && this.held) this.savepoints.push(copyOf(this.held));
    else if (verb === 'release') this.savepoints.pop();
    else if (verb === 'rollback to') {
      const then = this.savepoints.at(-1);
      if (then) this.held = copyOf(then);
    } else if (this.held)
      for (const lock of known(text, this.order)) this.locks(this.held, lock, text, values);
    if (this.held === null) this.savepoints.length = 0;
  }

  /**
   * Rows that a statement has answered: a row that it locked may be named by its `id` too, and one that it made by whatever it was
   * made of. Nobody else can have locked that one.
   */
  answered(
    text: string,
    values: readonly unknown[],
    rows: readonly Readonly<Record<string, unknown>>[],
  ): void {
    if (!this.held || rows.length === 0) return;
    for (const { place, how, rows: many } of known(text, this.order)) {
      const names = rows.map(({ id }) => id);
      if (how === 'insert' && many === 'one') names.push(...values);
      else if (how !== 'row') continue;
      for (const name of names) if (typeof name === 'string') this.held.keys.get(place.name)?.all.add(name);
    }
  }

  private locks(held: Held, lock: StatementLock, text: string, values: readonly unknown[]): void {
    const place = this.placeOf(lock, values);
    if (!place) return;
    const rank = this.order.indexOf(place);
    if (lock.keeps && place.removal) return this.keeps(held, place, place.removal, text);
    const key =
      lock.key && lock.how !== 'advisory' ? JSON.stringify(lock.key.map((n) => values[n - 1])) : null;
    const id = lock.key === null ? null : String(values[(lock.key[0] ?? 1) - 1]);
    const known = held.keys.get(place.name);
    // Which rows a statement of several has locked is not known: what follows may be one of them.
    const several = known?.several === true || (key === null && lock.rows !== 'one');
    const isHeld =
      known !== undefined && (key === null || known.all.has(key) || (id !== null && known.all.has(id)));
    const isGuarded = place.under !== undefined && held.keys.has(place.under);
    const isNew = lock.how === 'insert' && place.fresh === true;
    const keeping = held.kept.get(place.name);
    if (keeping !== undefined && !isHeld)
      this.report(
        `"${place.name}" is locked after rows that are kept from being removed, whose removal holds it:\n  first ${keeping}\n  then  ${short(text)}`,
      );
    if (!isHeld && !lock.skips && !isNew) {
      // What is guarded is waited for by its owner alone; who skips what others hold takes the agenda afterwards, and nothing else.
      const isLast = held.highest?.rank === this.order.length - 1;
      if (!isGuarded || isLast) this.assertForward(held, place, rank, text);
      if (lock.rows === 'many' && !isGuarded)
        this.report(`rows of "${place.name}" are locked in no order: ${short(text)}`);
      if (!several && typeof known?.last === 'string' && key !== null && key < known.last && !isGuarded)
        this.report(
          `a row of "${place.name}" is locked after one with a greater key (${key} after ${known.last}):\n  first ${known.statement}\n  then  ${short(text)}`,
        );
    }
    const all = known?.all ?? new Set<string>();
    if (key !== null) all.add(key);
    const last =
      isHeld || (typeof known?.last === 'string' && (key === null || key < known.last))
        ? (known?.last ?? null)
        : key;
    held.keys.set(place.name, { last, several, all, statement: short(text) });
    // What is guarded nobody waits for who does not wait for its owner already; new rows nobody knows of.
    if (!isGuarded && !isNew && !isHeld && rank > (held.highest?.rank ?? -1))
      held.highest = { rank, statement: short(text) };
  }

  private keeps(held: Held, place: LockPlace, removal: { holds: string; takes: string }, text: string): void {
    const takes = this.order.findIndex(({ name }) => name === removal.takes);
    if (held.highest?.rank === takes) this.assertForward(held, place, this.order.indexOf(place), text);
    if (!held.keys.has(removal.holds)) held.kept.set(removal.holds, short(text));
  }

  private assertForward({ highest, keys }: Held, place: LockPlace, rank: number, text: string): void {
    for (const [before, { statement }] of keys) {
      const names = `${before} < ${place.name}`;
      if (!this.examples.has(names)) this.examples.set(names, `first ${statement}\n    then  ${short(text)}`);
    }
    if (!highest || highest.rank <= rank) return;
    const later = this.order[highest.rank]?.name ?? '';
    const other = this.examples.get(`${place.name} < ${later}`);
    const others =
      other === undefined
        ? ''
        : `\n  while another transaction locks them the other way round:\n    ${other}`;
    this.report(
      `"${place.name}" is locked after "${later}":\n  first ${highest.statement}\n  then  ${short(text)}${others}`,
    );
  }

  private placeOf({ place, key }: StatementLock, values: readonly unknown[]): LockPlace | undefined {
    if (place !== UNKNOWN_ADVISORY) return place;
    const number = Number(values[(key?.[0] ?? 1) - 1]);
    return this.order.find(({ advisory }) => advisory === number);
  }
}

const short = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200);

/** Texts are few, and each is read once. */
const read = new Map<string, readonly StatementLock[]>();
function known(text: string, order: readonly LockPlace[]): readonly StatementLock[] {
  let locks = read.get(text);
  if (!locks) {
    locks = locksOf(text, order);
    if (read.size < 5_000) read.set(text, locks);
  }
  return locks;
}

import type { LockPlace } from '#libs/db';

/** What one statement locks in one place, as far as its text says so. */
export interface StatementLock {
  readonly place: LockPlace;
  readonly how: 'insert' | 'update' | 'delete' | 'row' | 'advisory';
  /** `FOR KEY SHARE`: the row is only kept from being removed. */
  readonly keeps: boolean;
  /** `SKIP LOCKED`: it never waits. */
  readonly skips: boolean;
  /** `many`: in no order that the text names. */
  readonly rows: 'one' | 'sorted' | 'many';
  /** Numbers of the parameters that are the row's key, from 1; `null`: the text does not say. */
  readonly key: readonly number[] | null;
}

interface Token {
  readonly word: string;
  readonly depth: number;
}

/**
 * Reads which rows a statement of ours locks, in the order in which it does so. It knows the SQL that this repository writes:
 * one level of a query at a time, whole words, nothing of PostgreSQL's planner.
 */
export function locksOf(text: string, order: readonly LockPlace[]): readonly StatementLock[] {
  const places = new Map(
    order.filter((place) => place.advisory === undefined).map((place) => [place.name, place]),
  );
  const tokens = tokensOf(text);
  const found: { at: number; lock: StatementLock }[] = [];
  const add = (at: number, lock: StatementLock): unknown => found.push({ at, lock });
  tokens.forEach((token, at) => {
    const next = (n: number): string => tokens[at + n]?.word ?? '';
    const before = tokens[at - 1]?.word ?? '';
    const scope = (): readonly Token[] => scopeOf(tokens, at);
    const target = places.get(next(token.word === 'update' ? 1 : 2));
    if (token.word === 'insert' && next(1) === 'into' && target) add(at, insertInto(target, scope()));
    else if (token.word === 'update' && target && !['for', 'key', 'do'].includes(before))
      add(at, { ...changeOf(target, scope()), how: 'update' });
    else if (token.word === 'delete' && next(1) === 'from' && target)
      add(at, { ...changeOf(target, scope()), how: 'delete' });
    else if (token.word === 'for' && ['update', 'no', 'share', 'key'].includes(next(1)))
      for (const place of lockedBy(scope(), at, tokens, places)) add(at, rowLock(place, scope(), tokens, at));
    else if (token.word === 'pg_advisory_xact_lock') add(at, advisory(order, tokens, at));
  });
  const rowLocks = new Set(found.filter(({ lock }) => lock.how === 'row').map(({ lock }) => lock.place.name));
  return (
    found
      .map(({ lock }) => lock)
      // What is changed was locked by the query within.
      .filter(({ how, place }) => (how !== 'update' && how !== 'delete') || !rowLocks.has(place.name))
  );
}

/** Words, parentheses, parameters and signs, in small letters; what is in quotes is one word. */
function tokensOf(text: string): readonly Token[] {
  let depth = 0;
  const words =
    text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').match(/'(?:[^']|'')*'|"[^"]+"|\$\d+|[\w.]+|[^\s\w]/g) ??
    [];
  return words.flatMap((raw): Token[] => {
    const word = raw.startsWith("'") ? raw : raw.replaceAll('"', '').toLowerCase();
    if (word === '(') return [{ word, depth: depth++ }];
    if (word === ')') return [{ word, depth: --depth }];
    return [{ word, depth }];
  });
}

/** The tokens of the query that a token belongs to, without what is in parentheses within. */
function scopeOf(tokens: readonly Token[], at: number): readonly Token[] {
  const depth = tokens[at]?.depth ?? 0;
  let [from, to] = [at, at];
  while (from > 0 && (tokens[from - 1]?.depth ?? 0) >= depth) from--;
  while (to < tokens.length && (tokens[to]?.depth ?? 0) >= depth) to++;
  // Conditions may be in parentheses; queries are scopes of their own, as what an INSERT lists.
  let within = Infinity;
  return tokens.slice(from, to).filter((token, i, all) => {
    if (token.depth <= within) within = Infinity;
    const isList = token.word === '(' && !['where', 'and', 'or', '('].includes(all[i - 1]?.word ?? '');
    const isQuery = token.word === '(' && ['select', 'with'].includes(all[i + 1]?.word ?? '');
    if (within === Infinity && (isList || isQuery)) within = token.depth;
    return token.depth === depth || (within === Infinity && token.word !== '(');
  });
}

const has = (scope: readonly Token[], ...words: string[]): boolean =>
  scope.some((_, i) => words.every((word, n) => scope[i + n]?.word === word));

function insertInto(place: LockPlace, scope: readonly Token[]): StatementLock {
  const isSorted = has(scope, 'order', 'by');
  const isValues = has(scope, 'values');
  const values = scope.slice(scope.findIndex(({ word }) => word === 'values'));
  const isOne = isValues ? !has(values, ')', ',', '(') : !has(scope, 'from');
  return {
    place,
    how: 'insert',
    keeps: false,
    skips: false,
    rows: isOne ? 'one' : isSorted ? 'sorted' : 'many',
    key: null,
  };
}

function changeOf(place: LockPlace, scope: readonly Token[]): Omit<StatementLock, 'how'> {
  const key = keyIn(place, scope);
  return {
    place,
    keeps: false,
    skips: false,
    rows: key ? 'one' : 'many',
    key: key === NO_PARAMETERS ? null : key,
  };
}

function rowLock(
  place: LockPlace,
  scope: readonly Token[],
  tokens: readonly Token[],
  at: number,
): StatementLock {
  const change = changeOf(place, scope);
  const skips = tokens
    .slice(at, at + 8)
    .some(({ word }, i, all) => word === 'skip' && all[i + 1]?.word === 'locked');
  const isSorted = isSortedByKey(place, scope);
  const keeps = tokens[at + 1]?.word === 'key';
  return {
    ...change,
    how: 'row',
    keeps,
    skips,
    rows: change.rows === 'many' && isSorted ? 'sorted' : change.rows,
  };
}

const lastPart = (word: string): string => word.slice(word.lastIndexOf('.') + 1);
const NO_PARAMETERS: readonly number[] = [];

/** Which parameters the key's columns are compared with; `NO_PARAMETERS`: with something else, of which there is one; `null`: not all of them are. */
function keyIn(place: LockPlace, scope: readonly Token[]): readonly number[] | null {
  const equal = new Map<string, string>();
  const where = scope.slice(
    Math.max(
      0,
      scope.findIndex(({ word }) => word === 'where'),
    ),
  );
  where.forEach(({ word }, i) => {
    const value = where[i + 2]?.word ?? '';
    // `= ANY (…)`, and columns of other rows, are many.
    if (where[i + 1]?.word === '=' && /^[$'(\d]/.test(value)) equal.set(lastPart(word), value);
  });
  for (const columns of [place.key ?? [], ['id'], ['hash'], ['name']]) {
    const values = columns.map((column) => equal.get(column) ?? '');
    if (columns.length === 0 || values.includes('')) continue;
    return values.every((value) => value.startsWith('$')) && columns === place.key
      ? values.map((value) => Number(value.slice(1)))
      : NO_PARAMETERS;
  }
  return null;
}

/** Does the query sort by the key's columns, in their order? Those that are given need not be named. */
function isSortedByKey(place: LockPlace, scope: readonly Token[]): boolean {
  const from = scope.findIndex(({ word }, i) => word === 'order' && scope[i + 1]?.word === 'by');
  if (from === -1) return false;
  const given = new Set(
    scope
      .slice(0, from)
      .flatMap(({ word }, i) =>
        scope[i + 1]?.word === '=' && /^[$'\d]/.test(scope[i + 2]?.word ?? '') ? [lastPart(word)] : [],
      ),
  );
  const sorted = scope
    .slice(from + 2)
    .map(({ word }) => lastPart(word))
    .filter((word) => place.key?.includes(word) && !given.has(word));
  const wanted = (place.key ?? []).filter((column) => !given.has(column));
  return wanted.every((column, i) => sorted[i] === column);
}

/** The tables whose rows a `FOR UPDATE` locks: those that it names, else all of its query. */
function lockedBy(
  scope: readonly Token[],
  at: number,
  tokens: readonly Token[],
  places: ReadonlyMap<string, LockPlace>,
): readonly LockPlace[] {
  const aliases = new Map<string, LockPlace>();
  scope.forEach(({ word }, i) => {
    const place = places.get(lastPart(word));
    if (!place || !['from', 'join', ','].includes(scope[i - 1]?.word ?? '')) return;
    const after = scope[i + 1]?.word === 'as' ? scope[i + 2]?.word : scope[i + 1]?.word;
    aliases.set(place.name, place);
    if (after !== undefined) aliases.set(after, place);
  });
  const of = tokens.slice(at, at + 6).findIndex(({ word }) => word === 'of');
  const named = of === -1 ? null : aliases.get(tokens[at + of + 1]?.word ?? '');
  return named ? [named] : [...new Set(aliases.values())];
}

/** Which one it is says the first argument: a number, or a parameter. */
function advisory(order: readonly LockPlace[], tokens: readonly Token[], at: number): StatementLock {
  const first = tokens[at + 2]?.word ?? '';
  const place = order.find(({ advisory: key }) => String(key) === first) ?? UNKNOWN_ADVISORY;
  const key = first.startsWith('$') ? [Number(first.slice(1))] : null;
  return { place, how: 'advisory', keeps: false, skips: false, rows: 'one', key };
}

export const UNKNOWN_ADVISORY: LockPlace = { name: 'advisory', why: 'its number is a parameter' };

import type { EntityManager } from 'typeorm';
import { askWithin } from '../connection/bounded-ask.ts';
import { query, BY_TEXT } from '../work/statement.ts';
import { toLike, wholePattern } from './like-pattern.ts';
import { assertKey } from '../work/page-key.ts';
import { foldBeyondAscii } from './letter-case.ts';
import type { Condition, RegistrySearch } from '#libs/engine';

/** A column that can be searched and ordered by; instants are compared with milliseconds. */
export interface SearchableColumn {
  readonly column: string;
  readonly type: 'text' | 'int' | 'instant';
  /** How equality is asked for so that an index gives the order too; what is ordered by it is one then. */
  readonly equals?: (parameter: string) => string;
}
export type SearchableColumns = Readonly<Record<string, SearchableColumn>>;

/** What of a query stays the same for every search. */
export interface SearchBase {
  /** Names of columns, without SELECT. */
  readonly select: string;
  readonly from: string;
  readonly where: readonly string[];
  readonly columns: SearchableColumns;
  /** The column of the tags. */
  readonly tags: string;
}

/**
 * Writes a search as SQL. Without an offset, the rows have a `cursor`: the values
 * that they are ordered by, as texts.
 * One row more than the page is asked for.
 * @param values of the parameters that `base.where` names, `$1` on
 * @throws DomainError when `after` is no cursor of this order
 */
export function searchSql(
  base: SearchBase,
  search: RegistrySearch,
  values: readonly unknown[] = [],
): { text: string; values: unknown[] } {
  const parameters = [...values];
  const next = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = [...base.where, ...search.where.map((one) => conditionSql(one, base, next))];
  if (search.models) {
    const { column } = columnOf(base.columns, 'name');
    conditions.push(`${column} LIKE ANY(${next(search.models.map(toLike))})`);
  }
  // What must be equal to one value orders nothing.
  const fixed = search.where.flatMap(({ on, comparator }) =>
    'attribute' in on && comparator === '=' ? [on.attribute] : [],
  );
  const ordering = search.orderBy.filter(({ attribute }) => !fixed.includes(attribute));
  const order = (ordering.length === 0 ? search.orderBy : ordering).map((one) => ({
    ...columnOf(base.columns, one.attribute),
    ...one,
  }));
  if (search.after) conditions.push(afterSql(order, search.after, next));
  // MLflow's pages are offsets.
  const cursor =
    search.offset !== undefined
      ? []
      : order.map(({ column, type }) =>
          type === 'instant' ? `(extract(epoch FROM ${column}) * 1000000)::bigint::text` : `${column}::text`,
        );
  const select = cursor.length === 0 ? base.select : `${base.select}, ARRAY[${cursor.join(', ')}] AS cursor`;
  const text = `SELECT ${select} FROM ${base.from}
    ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
    ORDER BY ${order.map(({ column, descending }) => `${column}${descending ? ' DESC' : ''}`).join(', ')}
    LIMIT ${next(search.limit + 1)} OFFSET ${next(search.offset ?? 0)}`;
  return { text, values: parameters };
}

/** How long a search by patterns may take. */
const PATTERNS_MS = 5_000;

/**
 * Asks what `searchSql` has written. What is compared with a pattern costs the length of both for each row, so it has
 * an end; what is not, has indexes or costs a row's length, and is asked without a transaction.
 */
export function askSearch<T extends object>(
  manager: EntityManager,
  { where }: RegistrySearch,
  { text, values }: { readonly text: string; readonly values: readonly unknown[] },
): Promise<T[]> {
  const hasPattern = where.some(({ comparator }) => isPattern(comparator));
  return hasPattern
    ? askWithin<T>(manager, PATTERNS_MS, text, values)
    : query<T>(manager, BY_TEXT, text, values);
}

type Next = (value: unknown) => string;

/** PostgreSQL's times begin in 4713 BC; nothing of ours is older than this. What is late enough it has for all of 15 digits. */
const EARLIEST_MS = -1e14;

const isPattern = (comparator: string): comparator is 'LIKE' | 'ILIKE' =>
  comparator === 'LIKE' || comparator === 'ILIKE';

/** @param text of SQL, what is compared */
function patternSql(text: string, comparator: 'LIKE' | 'ILIKE', pattern: string, next: Next): string {
  const whole = wholePattern(pattern);
  if (comparator === 'LIKE') return `${text} LIKE ${next(whole)}`;
  const { from, to, folded } = foldBeyondAscii(whole);
  const compared = from === '' ? text : `translate(${text}, ${next(from)}, ${next(to)})`;
  return `${compared} ILIKE ${next(folded)}`;
}

function conditionSql({ on, comparator, value, orMissing }: Condition, base: SearchBase, next: Next): string {
  const operator = comparator === '!=' ? '<>' : comparator;
  if ('tag' in on) {
    const tag = next(on.tag);
    const one = `(${base.tags} ->> ${tag}::text)`;
    if (isPattern(comparator)) {
      const like = patternSql(one, comparator, String(value), next);
      return orMissing ? `(${like} OR ${one} IS NULL)` : like;
    }
    // Equality by containment, which an index can answer.
    const holds =
      comparator === '='
        ? `${base.tags} @> jsonb_build_object(${tag}::text, ${next(value)}::text)`
        : `${one} ${operator} ${next(value)}`;
    return orMissing ? `(${holds} OR ${one} IS NULL)` : holds;
  }
  const { column, type, equals } = columnOf(base.columns, on.attribute);
  if (comparator === '=' && equals) return equals(next(value));
  if (comparator === 'IN') return `${column} = ANY(${next(value)})`;
  if (comparator === 'NOT IN') return `${column} <> ALL(${next(value)})`;
  if (isPattern(comparator)) return patternSql(column, comparator, String(value), next);
  if (type === 'instant')
    return `${column} ${operator} to_timestamp(${next(Math.max(EARLIEST_MS, Number(value)))}::float8 / 1000)`;
  // A number with a fraction equals no version, and is not refused.
  return `${column} ${operator} ${next(value)}${type === 'int' ? '::float8' : ''}`;
}

const KEY_PART = { text: 'text', int: 'int', instant: 'micros' } as const;
const VALUE_OF = {
  text: (parameter: string) => `${parameter}::text`,
  int: (parameter: string) => `${parameter}::int`,
  instant: (parameter: string) => `to_timestamp(${parameter}::float8 / 1000000)`,
} as const;

/** Behind a row, in an order whose columns may ascend and descend: each way to be behind it. */
function afterSql(
  order: readonly (SearchableColumn & { readonly descending: boolean })[],
  after: readonly string[],
  next: Next,
): string {
  assertKey(
    after,
    order.map(({ type }) => KEY_PART[type]),
  );
  const values = order.map(({ type }, i) => VALUE_OF[type](next(after[i])));
  const ways = order.map(({ column, descending }, i) =>
    [
      ...order.slice(0, i).map((before, j) => `${before.column} = ${values[j] ?? ''}`),
      `${column} ${descending ? '<' : '>'} ${values[i] ?? ''}`,
    ].join(' AND '),
  );
  // Of several ways no index makes one range; that none is before the first column's value does.
  const [first] = order;
  const bound = first ? `${first.column} ${first.descending ? '<=' : '>='} ${values[0] ?? ''} AND ` : '';
  return `(${bound}(${ways.map((way) => `(${way})`).join(' OR ')}))`;
}

function columnOf(columns: SearchableColumns, attribute: string): SearchableColumn {
  const column = columns[attribute];
  if (!column) throw new Error(`"${attribute}" cannot be searched by`);
  return column;
}

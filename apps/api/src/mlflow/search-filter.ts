import type { Condition, RegistrySearch } from '#libs/engine';
import { invalid } from './mlflow-error.ts';

/** What one of MLflow's two searches knows. */
export interface SearchGrammar {
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
  /** Keys of `order_by`, as columns. */
  readonly orders: readonly string[];
  /** Text keys that know IN. */
  readonly lists: readonly string[];
}

export const MODEL_GRAMMAR: SearchGrammar = {
  texts: ['name'],
  numbers: [],
  orders: ['name', 'creation_timestamp', 'last_updated_timestamp'],
  lists: [],
};
export const VERSION_GRAMMAR: SearchGrammar = {
  texts: ['name', 'run_id', 'source_path'],
  numbers: ['version_number', 'creation_timestamp', 'last_updated_timestamp'],
  orders: ['name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'],
  lists: ['run_id'],
};

const TOKEN =
  /\s*(?:(!=|>=|<=|=|>|<|\(|\)|,)|("(?:[^"])*"|'(?:[^'])*'|`(?:[^`])*`)|([^\s=!<>(),'"`]+(?:[`"][^`"]*[`"])?))/y;
const COMPARATORS = ['=', '!=', 'LIKE', 'ILIKE', 'IN', '>', '>=', '<', '<='] as const;
type Comparator = (typeof COMPARATORS)[number];

/**
 * Reads a search filter of MLflow: `key comparator value`, joined by AND.
 * @throws MlflowError INVALID_PARAMETER_VALUE that names the part that cannot be read
 */
export function parseFilter(text: string | null, grammar: SearchGrammar): readonly Condition[] {
  if (text === null || text.trim() === '') return [];
  const tokens = tokensOf(text);
  const conditions: Condition[] = [];
  let at = 0;
  for (;;) {
    const [key, next] = keyAt(tokens, at);
    const comparator = (tokens[next] ?? '').toUpperCase() as Comparator;
    if (!COMPARATORS.includes(comparator)) throw invalid(`Invalid clause(s) in filter string: '${text}'`);
    const [value, end] = valueAt(tokens, next + 1, comparator, text);
    conditions.push(conditionOf(key, comparator, value, grammar));
    if (end === tokens.length) return conditions;
    if (tokens[end]?.toUpperCase() !== 'AND') throw invalid(`Invalid clause(s) in filter string: '${text}'`);
    at = end + 1;
  }
}

/** @throws MlflowError for a key that cannot be ordered by */
export function parseOrderBy(list: readonly string[], grammar: SearchGrammar): RegistrySearch['orderBy'] {
  return list.map((text) => {
    const match = /^\s*(?:attributes?\.)?[`"]?(\w+)[`"]?(?:\s+(asc|desc))?\s*$/i.exec(text);
    const given = match?.[1] ?? '';
    const attribute = given === 'timestamp' ? 'last_updated_timestamp' : given;
    if (!match || !grammar.orders.includes(attribute))
      throw invalid(
        `Invalid order by key '${given || text}' specified. Valid keys are ${JSON.stringify(grammar.orders)}`,
      );
    return { attribute, descending: match[2]?.toLowerCase() === 'desc' };
  });
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match) throw invalid(`Error on parsing filter '${text}'`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return tokens;
}

/** A key may be quoted behind its dot: `` tags.`my key` ``. */
function keyAt(tokens: readonly string[], at: number): [key: string, next: number] {
  const first = tokens[at] ?? '';
  const second = tokens[at + 1] ?? '';
  if (first.endsWith('.') && isQuoted(second)) return [first + unquoted(second), at + 2];
  return [first.replace(/[`"]/g, ''), at + 1];
}

function valueAt(
  tokens: readonly string[],
  at: number,
  comparator: Comparator,
  text: string,
): [value: Condition['value'], end: number] {
  if (comparator !== 'IN') return [tokens[at] ?? '', at + 1];
  if (tokens[at] !== '(') throw invalid(`Invalid clause(s) in filter string: '${text}'`);
  const values: string[] = [];
  let i = at + 1;
  for (; i < tokens.length && tokens[i] !== ')'; i++)
    if (tokens[i] !== ',') values.push(quotedValue(tokens[i] ?? ''));
  if (tokens[i] !== ')' || values.length === 0)
    throw invalid(
      `While parsing a list in the query, expected a non-empty list of string values, but got ${text}`,
    );
  return [values, i + 1];
}

function conditionOf(
  key: string,
  comparator: Comparator,
  value: Condition['value'],
  grammar: SearchGrammar,
): Condition {
  const tag = /^tags?\.(.+)$/.exec(key)?.[1];
  if (tag !== undefined) {
    if (!['=', '!=', 'LIKE', 'ILIKE'].includes(comparator)) throw invalidComparator(comparator);
    return { on: { tag }, comparator, value: quotedValue(String(value)) };
  }
  const attribute = key.replace(/^attributes?\./, '');
  if (grammar.numbers.includes(attribute)) {
    const number = Number(value);
    if (['LIKE', 'ILIKE', 'IN'].includes(comparator)) throw invalidComparator(comparator);
    if (!Number.isFinite(number) || String(value).trim() === '')
      throw invalid(`Expected numeric value type for ${attribute}. Found ${String(value)}`);
    return { on: { attribute }, comparator, value: number };
  }
  if (!grammar.texts.includes(attribute))
    throw invalid(
      `Invalid attribute key '${key}' specified. Valid keys are ${JSON.stringify([...grammar.texts, ...grammar.numbers])}`,
    );
  if (comparator === 'IN') {
    if (!grammar.lists.includes(attribute))
      throw invalid(`Only the 'run_id' attribute supports comparison with a list of quoted string values.`);
    return { on: { attribute }, comparator, value };
  }
  if (!['=', '!=', 'LIKE', 'ILIKE'].includes(comparator)) throw invalidComparator(comparator);
  return { on: { attribute }, comparator, value: quotedValue(String(value)) };
}

const invalidComparator = (comparator: string) => invalid(`Invalid comparator: ${comparator}`);

const isQuoted = (text: string): boolean => /^(["'`])[^]*\1$/.test(text) && text.length >= 2;
const unquoted = (text: string): string => text.slice(1, -1);

function quotedValue(text: string): string {
  if (isQuoted(text) && !text.startsWith('`')) return unquoted(text);
  throw invalid(
    `Parameter value is either not quoted or unidentified quote types used for string value ${text}. Use either single or double quotes.`,
  );
}

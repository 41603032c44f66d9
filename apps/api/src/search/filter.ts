import { DomainError, parseInstant } from '#libs/kernel';
import type { Condition, RegistrySearch } from '#libs/engine';

/** What one search knows, beside `tags.<key>`. */
export interface SearchGrammar {
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
  /** Compared with a quoted ISO 8601 time. */
  readonly instants: readonly string[];
  /** Keys that can be ordered by. */
  readonly orders: readonly string[];
  /** Text keys that know IN and NOT IN. */
  readonly lists: readonly string[];
  /** Attributes of the engine's search that go by another name here. */
  readonly as: Readonly<Record<string, string>>;
  /** Leaves out what has MLflow's tag of a prompt, unless the filter asks for it. */
  readonly hidesPrompts: boolean;
  /** How a key is refused that cannot be ordered by. */
  readonly refusedOrder: (key: string) => string;
}

const refused = (pointer: string, detail: string): DomainError =>
  new DomainError('invalid', 'filter_invalid', detail, [{ pointer, detail }]);
const invalid = (detail: string): DomainError => refused('/filter', detail);

/** Prompts live in the same table in MLflow, told apart by this tag; a search that does not ask for them gets none. */
const IS_PROMPT = 'mlflow.prompt.is_prompt';
const NO_PROMPTS: Condition = { on: { tag: IS_PROMPT }, comparator: '!=', value: 'true', orMissing: true };

/** A set as Python writes it; its order means nothing. */
export function setOf(keys: readonly string[]): string {
  return `{${keys.map((key) => `'${key}'`).join(', ')}}`;
}

const TOKEN =
  /\s*(?:(!=|>=|<=|=|>|<|\(|\)|,)|("(?:[^"]|"")*"|'(?:[^']|'')*'|`(?:[^`])*`)|([^\s=!<>(),'"`]+(?:[`"][^`"]*[`"])?))/y;
/** What a search may ask for at once: each condition is a part of the query that the database plans. */
const MOST_CONDITIONS = 50;
const MOST_ORDERS = 10;
/** A pattern is tried at every place of a text, so both lengths multiply. A name has 256 characters at most. */
const MOST_PATTERNS = 10;
const LONGEST_PATTERN = 300;
const COMPARATORS = ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN', '>', '>=', '<', '<='] as const;
type Comparator = (typeof COMPARATORS)[number];

/**
 * Reads a search filter, in MLflow's grammar: `key comparator value`, joined by AND.
 * @throws DomainError `filter_invalid` that names the part that cannot be read
 */
export function parseFilter(text: string | null, grammar: SearchGrammar): readonly Condition[] {
  const tokens = tokensOf(text ?? '');
  const conditions: Condition[] = [];
  let at = 0;
  while (at < tokens.length) {
    // MLflow takes an AND too many.
    if (isAnd(tokens[at])) {
      at++;
      continue;
    }
    const [key, next] = keyAt(tokens, at);
    const [comparator, from] = comparatorAt(tokens, next);
    const [value, end] = valueAt(tokens, from, comparator);
    conditions.push(conditionOf(key, comparator, value, grammar));
    if (conditions.length > MOST_CONDITIONS)
      throw invalid(`The filter has more than ${MOST_CONDITIONS} conditions. Ask for fewer at once.`);
    if (end < tokens.length && !isAnd(tokens[end])) throw unreadable(tokens.slice(end, end + 1));
    at = end + 1;
  }
  assertPatterns(conditions);
  const asksForPrompts = conditions.some(({ on }) => 'tag' in on && on.tag === IS_PROMPT);
  if (!grammar.hidesPrompts) return conditions;
  return asksForPrompts ? conditions.map(withoutTheTag) : [...conditions, NO_PROMPTS];
}

function assertPatterns(conditions: readonly Condition[]): void {
  const patterns = conditions.filter(({ comparator }) => comparator === 'LIKE' || comparator === 'ILIKE');
  if (patterns.length > MOST_PATTERNS)
    throw invalid(`The filter has more than ${MOST_PATTERNS} patterns (LIKE, ILIKE). Ask for fewer at once.`);
  if (patterns.some(({ value }) => String(value).length > LONGEST_PATTERN))
    throw invalid(`A pattern (LIKE, ILIKE) of the filter has more than ${LONGEST_PATTERN} characters.`);
}

/** A model that is no prompt has no such tag: that is its `false`. */
function withoutTheTag(condition: Condition): Condition {
  const { on, comparator, value } = condition;
  if (!('tag' in on) || on.tag !== IS_PROMPT) return condition;
  const meansNoPrompt =
    (comparator === '=' && value === 'false') || (comparator === '!=' && value === 'true');
  return meansNoPrompt ? NO_PROMPTS : condition;
}

const isAnd = (token: string | undefined): boolean => token?.toUpperCase() === 'AND';
const unreadable = (tokens: readonly string[]) =>
  invalid(`Invalid clause(s) in filter string: ${tokens.slice(0, 5).join(', ')}`);

function comparatorAt(tokens: readonly string[], at: number): [Comparator, number] {
  const one = (tokens[at] ?? '').toUpperCase();
  if (one === 'NOT' && tokens[at + 1]?.toUpperCase() === 'IN') return ['NOT IN', at + 2];
  const comparator = COMPARATORS.find((known) => known === one);
  if (comparator) return [comparator, at + 1];
  throw unreadable(tokens.slice(Math.max(0, at - 1), at));
}

/** @throws DomainError for a key that cannot be ordered by */
export function parseOrderBy(list: readonly string[], grammar: SearchGrammar): RegistrySearch['orderBy'] {
  if (list.length > MOST_ORDERS) throw refused('/orderBy', `More than ${MOST_ORDERS} keys to order by.`);
  return list.map((text) => {
    const match = /^\s*(?:attributes?\.)?[`"]?(\w+)[`"]?(?:\s+(asc|desc))?\s*$/i.exec(text);
    const given = match?.[1] ?? '';
    const attribute = given === 'timestamp' ? 'last_updated_timestamp' : given;
    if (!match || !grammar.orders.includes(attribute))
      throw refused('/orderBy', grammar.refusedOrder(given || text));
    return { attribute: grammar.as[attribute] ?? attribute, descending: match[2]?.toLowerCase() === 'desc' };
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

function valueAt(tokens: readonly string[], at: number, comparator: Comparator): [value: Value, end: number] {
  const token = tokens[at];
  if (token !== '(') {
    if (token === undefined || isAnd(token)) throw unreadable(tokens.slice(Math.max(0, at - 2), at));
    return [token, at + 1];
  }
  const close = tokens.indexOf(')', at);
  if (close < 0) throw unreadable(tokens.slice(at));
  const inside = tokens.slice(at + 1, close);
  const items = inside.filter((_item, i) => i % 2 === 0);
  // Python, which MLflow's filters are read by, takes a comma behind the last one.
  const isList = inside.every((item, i) => (item === ',') === (i % 2 === 1));
  if (!comparator.endsWith('IN') || items.length === 0 || !isList)
    throw unreadable(tokens.slice(at, close + 1));
  return [items, close + 1];
}

/** One token as it was written, or those of a list. */
type Value = string | readonly string[];

function conditionOf(key: string, comparator: Comparator, value: Value, grammar: SearchGrammar): Condition {
  const dot = key.indexOf('.');
  const [kind, name] = dot < 0 ? ['attribute', key] : [key.slice(0, dot), key.slice(dot + 1)];
  if (kind === 'tag' || kind === 'tags') return tagCondition(name, comparator, value);
  if (kind !== 'attribute')
    throw invalid(`Invalid entity type '${kind}'. Valid entity types are ('attribute', 'tag', 'tags')`);
  const known = [...grammar.texts, ...grammar.numbers, ...grammar.instants];
  if (!known.includes(name))
    throw invalid(`Invalid attribute key '${name}' specified. Valid keys are '${setOf(known)}'`);
  const attribute = grammar.as[name] ?? name;
  if (grammar.numbers.includes(name)) return numberCondition(attribute, comparator, value);
  if (grammar.instants.includes(name)) return instantCondition(name, attribute, comparator, value);
  const on = { attribute };
  if (typeof value !== 'string') {
    if (!grammar.lists.includes(name))
      throw invalid(
        `Only the ${grammar.lists.join(', ')} attributes support comparison with a list of quoted string values.`,
      );
    return { on, comparator, value: value.map(quotedValue) };
  }
  if (!TEXT_COMPARATORS.includes(comparator))
    throw invalid(`Invalid comparator for attribute: ${comparator}`);
  return { on, comparator, value: quotedValue(value) };
}

const TEXT_COMPARATORS: readonly Comparator[] = ['=', '!=', 'LIKE', 'ILIKE'];

function tagCondition(tag: string, comparator: Comparator, value: Value): Condition {
  if (typeof value !== 'string')
    throw invalid(
      `Expected a quoted string value for tag (e.g. 'my-value'). Got value (${value.join(', ')})`,
    );
  if (!TEXT_COMPARATORS.includes(comparator)) throw invalid(`Invalid comparator for tag: ${comparator}`);
  return { on: { tag }, comparator, value: quotedValue(value) };
}

function numberCondition(attribute: string, comparator: Comparator, value: Value): Condition {
  if ([...TEXT_COMPARATORS.slice(2), 'IN', 'NOT IN'].includes(comparator))
    throw invalid(`Invalid comparator for attribute ${attribute}: ${comparator}`);
  const text = String(value);
  if (!/^-?\d{1,15}(\.\d+)?$/.test(text))
    throw invalid(`Invalid value for numeric attribute '${attribute}': ${text}`);
  return { on: { attribute }, comparator, value: Number(text) };
}

function instantCondition(name: string, attribute: string, comparator: Comparator, value: Value): Condition {
  if ([...TEXT_COMPARATORS.slice(2), 'IN', 'NOT IN'].includes(comparator))
    throw invalid(`Invalid comparator for attribute ${name}: ${comparator}`);
  const at = typeof value === 'string' && isQuoted(value) ? parseInstant(unquoted(value)) : null;
  if (at === null)
    throw invalid(
      `Invalid value for '${name}': ${String(value)}. Write a quoted time, as '2026-11-24T08:00:00Z' (without a zone it is UTC).`,
    );
  return { on: { attribute }, comparator, value: at };
}

const isQuoted = (text: string): boolean => /^(["'`])[^]*\1$/.test(text) && text.length >= 2;
/** A quote within quotes is written twice, as SQL has it. */
const unquoted = (text: string): string => {
  const [quote = ''] = text;
  return text.slice(1, -1).replaceAll(quote + quote, quote);
};

function quotedValue(text: string): string {
  if (isQuoted(text) && !text.startsWith('`')) return unquoted(text);
  throw invalid(
    `Parameter value is either not quoted or unidentified quote types used for string value ${text}. Use either single or double quotes.`,
  );
}

import { newBudget, type ParseBudget, parseJson, VALUE_BYTES } from './parse-json.ts';
import type { ParsedJson } from './json-text.ts';

const sequences = new WeakSet<object>();

/** Is this list what events or lines said, one after the other? A list that is written as one JSON value is none. */
export const isSequence = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && sequences.has(value);

/** A value of a sequence costs its parser more than its text says. */
const LEAST_BYTES = 4 * VALUE_BYTES;

/**
 * Reads JSON lines (NDJSON, and RFC 7464's sequences): one value in each line, blank lines left out.
 * @returns a list of the values; `no_json` where one line holds none
 */
export function readLines(text: string): ParsedJson {
  const values: unknown[] = [];
  const budget = newBudget();
  for (const line of linesOf(text)) {
    const one = line.charCodeAt(0) === RECORD_SEPARATOR ? line.slice(1) : line;
    if (one.trim() === '') continue;
    const parsed = parseJson(one, budget);
    if (parsed.why !== null) return parsed;
    if (!takeRoom(budget)) return TOO_LARGE;
    values.push(parsed.value);
  }
  sequences.add(values);
  return values.length === 0 ? { value: undefined, why: 'no_json' } : { value: values, why: null };
}
const RECORD_SEPARATOR = 0x1e;

/**
 * Reads server-sent events (WHATWG HTML §9.2): a list of what they say in `data`, as JSON where it is JSON, else as
 * text. `[DONE]`, with which OpenAI's streams end, is no value; an event that the end cuts off is one.
 */
export function readEvents(text: string): ParsedJson {
  const values: unknown[] = [];
  sequences.add(values);
  const budget = newBudget();
  for (const said of eventsOf(text)) {
    const { value, why } = parseJson(said, budget);
    if (!takeRoom(budget)) return TOO_LARGE;
    values.push(why === null ? value : said);
  }
  return { value: values, why: null };
}

/** The same events, each as the text that it is. */
export function textsOfEvents(text: string): readonly string[] {
  const texts = [...eventsOf(text)];
  sequences.add(texts);
  return texts;
}

/** What each event says in `data`, but for `[DONE]`. */
function* eventsOf(text: string): Generator<string> {
  let data: string | null = null;
  for (const line of linesOf(text)) {
    if (line === '') {
      if (data !== null && data !== '[DONE]') yield data;
      data = null;
      continue;
    }
    const said = /^data(?:$|: ?)/.exec(line)?.[0];
    if (said !== undefined)
      data = data === null ? line.slice(said.length) : `${data}\n${line.slice(said.length)}`;
  }
  if (data !== null && data !== '[DONE]') yield data;
}

const TOO_LARGE: ParsedJson = { value: undefined, why: 'too_large' };

/** Takes room for one value of the sequence itself. */
function takeRoom(budget: ParseBudget): boolean {
  budget.left -= LEAST_BYTES;
  return budget.left >= 0;
}

/** Lines that end with CR, LF or both; one at a time, as there may be millions. */
function* linesOf(text: string): Generator<string> {
  let start = 0;
  let nextReturn = text.indexOf('\r');
  while (start < text.length) {
    const feed = text.indexOf('\n', start);
    if (nextReturn >= 0 && nextReturn < start) nextReturn = text.indexOf('\r', start);
    const isReturn = nextReturn >= 0 && (feed < 0 || nextReturn < feed);
    const end = isReturn ? nextReturn : feed < 0 ? text.length : feed;
    yield text.slice(start, end);
    start = isReturn && feed === end + 1 ? end + 2 : end + 1;
  }
}

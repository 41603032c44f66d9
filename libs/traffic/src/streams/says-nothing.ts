import type { HeaderList } from '../payload/index.ts';
import { parseJson } from '../payload/read/parse-json.ts';
import { readStreamEvents, type StreamEvent } from './stream-events.ts';

/** None, or OpenAI's word for the end. */
const NO_DATA = /^\s*(?:\[DONE\]\s*)?$/;

type Fields = Readonly<Record<string, unknown>>;

/** Events whose name or type says that an answer is to come, or that the server is still there. */
const NEWS = new Set([
  ...['ping', 'heartbeat', 'keepalive', 'keep-alive'],
  // Anthropic's messages; OpenAI's responses.
  ...['message_start', 'response.created', 'response.queued', 'response.in_progress'],
]);
/** Events that open a place for what is to come, and where that place is. */
const OPENS: Readonly<Record<string, string>> = {
  content_block_start: 'content_block',
  'response.output_item.added': 'item',
  'response.content_part.added': 'part',
  'response.reasoning_summary_part.added': 'part',
};
/** What stands beside an answer. */
const BESIDE = new Set(['type', 'id', 'index', 'object', 'role', 'status', 'content_filter_results']);

/**
 * Does an event say that an answer is to come, and nothing of it? Empty data, a ping, the role of who speaks (`delta: {"role": "assistant",
 * "content": ""}`), `message_start`, `response.created`: many servers write them before they have made a token, and some before they
 * have looked at the request. Until more comes, nobody has been answered. Pure.
 */
export function saysNothing({ name, data }: Pick<StreamEvent, 'name' | 'data'>): boolean {
  return NEWS.has(name) || NO_DATA.test(data) || valueSaysNothing(parseJson(data).value);
}

/** The same of what an event says: a value of JSON, or a text that is none. */
export function valueSaysNothing(value: unknown): boolean {
  if (typeof value === 'string') return NO_DATA.test(value);
  const one = asObject(value);
  if (one === null) return false;
  const type = one['type'];
  if (typeof type === 'string' && NEWS.has(type)) return true;
  const place = typeof type === 'string' && Object.hasOwn(OPENS, type) ? OPENS[type] : undefined;
  if (place !== undefined) return isHollow(one[place]);
  const choices = one['choices'];
  if (!Array.isArray(choices)) return false;
  // The last event of OpenAI's streams has no choices, but their usage.
  if (choices.length === 0) return !asObject(one['usage']);
  return choices.every(isHollowChoice);
}

/** Of the first part of a stream that is over. @param part from the end of the one before it */
export function partSaysNothing(part: Uint8Array, headers: HeaderList): boolean {
  const events = readStreamEvents(part, headers);
  return events !== null && events.every(saysNothing);
}

/** One of OpenAI's chunks: chat has a `delta`, completions have a `text`. */
function isHollowChoice(choice: unknown): boolean {
  const one = asObject(choice);
  if (one === null || !('delta' in one || 'text' in one)) return false;
  const { delta = null, ...others } = one;
  return isHollow(others) && (delta === null || isHollow(delta));
}

/** Nothing stands in it but what stands beside an answer. */
function isHollow(value: unknown): boolean {
  const one = asObject(value);
  return one !== null && Object.entries(one).every(([key, said]) => BESIDE.has(key) || isNothing(said));
}

function isNothing(said: unknown): boolean {
  if (said === null || said === undefined || said === '') return true;
  return Array.isArray(said) ? said.length === 0 : isEmpty(asObject(said));
}

const isEmpty = (object: Fields | null): boolean => object !== null && Object.keys(object).length === 0;

const asObject = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;

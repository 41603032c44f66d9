import type { HeaderList } from '../payload/index.ts';
import { parseJson } from '../payload/read/parse-json.ts';
import { saysNothing } from './says-nothing.ts';
import { readStreamEvents, type StreamEvent } from './stream-events.ts';

/** How a stream fails that HTTP has seen through to its end. `cut_off`: in the middle of an event or line. */
export type StreamFailure = 'error_event' | 'cut_off';

const [LF, CR] = [10, 13];
/** JSON that a server writes: not `[draft`, which may be a text. */
const JSON_BEGINS = /^\s*(?:\{\s*(?:"|$)|\[\s*(?:[[{"]|$))/;

/**
 * Is the first part of a stream an error that the server could no longer say by its status? As OpenAI-compatible servers
 * write it (`data: {"error": …}`, or an event named `error`), OpenAI's responses (`response.failed`), and those that answer in lines
 * (`{"error": …}`).
 * @param start a part of the stream up to its end, as `StreamParts` finds it, or as far as it came
 */
export function saysError(start: Uint8Array, headers: HeaderList): boolean {
  const first = readStreamEvents(start, headers)?.[0];
  return first !== undefined && isError(first);
}

/**
 * Does the end of a stream say that it has failed: by its last event or line, as a server says it that fails while it makes tokens; or
 * because that one has no end? A server whose answers end with their connection, or whose answers somebody puts in chunks, cannot
 * break off otherwise.
 * @param tail the last bytes of the stream
 * @param isCut whether there was more before them: their beginning is the rest of an event or line
 */
export function howItEnds(tail: Uint8Array, headers: HeaderList, isCut: boolean): StreamFailure | null {
  const events = readStreamEvents(isCut ? tail.subarray(endOfLine(tail)) : tail, headers);
  const last = events?.at(-1);
  if (events === null || last === undefined) return null;
  // What follows a cut may be the rest of an event: of that only its end is known.
  const isWhole = !isCut || events.length > 1;
  if (isWhole && !last.isOver && JSON_BEGINS.test(last.data) && parseJson(last.data).why === 'no_json')
    return 'cut_off';
  // Some still say what it has cost, or that they are done.
  const said = events.filter((event) => isError(event) || !saysEnd(event)).at(-1);
  return said !== undefined && isError(said) ? 'error_event' : null;
}

function endOfLine(bytes: Uint8Array): number {
  const at = bytes.findIndex((byte) => byte === LF || byte === CR);
  return at < 0 ? bytes.length : at + 1;
}

function saysEnd(event: StreamEvent): boolean {
  if (saysNothing(event)) return true;
  const one = asObject(parseJson(event.data).value);
  const choices = one?.['choices'];
  return Array.isArray(choices) && choices.length === 0;
}

const isError = ({ name, data }: StreamEvent): boolean =>
  name === 'error' || hasError(asObject(parseJson(data).value));

function hasError(event: Readonly<Record<string, unknown>> | null): boolean {
  if (event === null) return false;
  const { type, error } = event;
  if (type === 'error' || type === 'response.failed') return true;
  // Not a number, which may be a model's output, nor what a serialiser writes for none.
  if (typeof error === 'string') return error !== '';
  return error === true || asObject(error) !== null;
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;

import { contentHeaders, type HeaderList, isLines, Payload } from '../payload/index.ts';

const ERROR_EVENT = /^event: ?error\s*$/m;
const DONE = /^data: ?\[DONE\]\s*$/;
const LF = 10;

/**
 * Is the first part of a stream an error that the server could no longer say by its status? As OpenAI-compatible servers
 * write it (`data: {"error": …}`, or an event named `error`), and those that answer in lines (`{"error": …}`).
 * @param start the stream up to the end of its first event or line, as `StreamParts` finds it
 */
export function saysError(start: Uint8Array, headers: HeaderList): boolean {
  const events = eventsOf(start, headers);
  return events !== null && (ERROR_EVENT.test(events.text) || hasError(events.values[0]));
}

/**
 * Is the last event or line of a stream an error, as a server says it that fails while it makes tokens?
 * @param tail the last bytes of the stream
 * @param isCut whether there was more before them: their beginning is the rest of an event or line
 */
export function endsInError(tail: Uint8Array, headers: HeaderList, isCut: boolean): boolean {
  // The rest of a line is no JSON; that of an event is read as text.
  const events = eventsOf(isCut ? tail.subarray(tail.indexOf(LF) + 1) : tail, headers);
  if (events === null) return false;
  const said = events.text.split(/\r?\n\r?\n/).filter((one) => one.trim() !== '' && !DONE.test(one.trim()));
  return ERROR_EVENT.test(said.at(-1) ?? '') || hasError(events.values.at(-1));
}

function eventsOf(
  bytes: Uint8Array,
  headers: HeaderList,
): { text: string; values: readonly unknown[] } | null {
  const { mediaType, encodings } = contentHeaders(headers);
  if (encodings.length > 0 || (mediaType !== 'text/event-stream' && !isLines(mediaType))) return null;
  const { content } = new Payload(bytes, headers);
  if (content.kind !== 'value') return null;
  return { text: content.text ?? '', values: Array.isArray(content.value) ? content.value : [] };
}

function hasError(event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  const error: unknown = (event as Record<string, unknown>)['error'];
  // Not a number, which may be a model's output, nor what a serialiser writes for none.
  if (typeof error === 'string') return error !== '';
  return error === true || (typeof error === 'object' && error !== null && !Array.isArray(error));
}

import { contentHeaders, type HeaderList, isLines, Payload } from '../payload/index.ts';

const ERROR_EVENT = /^event: ?error\s*$/m;

/**
 * Is the first part of a stream an error that the server could no longer say by its status? As OpenAI-compatible servers
 * write it (`data: {"error": …}`, or an event named `error`), and those that answer in lines (`{"error": …}`).
 * @param start the stream up to the end of its first event or line, as `StreamParts` finds it
 */
export function saysError(start: Uint8Array, headers: HeaderList): boolean {
  const { mediaType, encodings } = contentHeaders(headers);
  if (encodings.length > 0 || (mediaType !== 'text/event-stream' && !isLines(mediaType))) return false;
  const { content } = new Payload(start, headers);
  if (content.kind !== 'value') return false;
  if (content.text !== null && ERROR_EVENT.test(content.text)) return true;
  const first: unknown = Array.isArray(content.value) ? content.value[0] : null;
  if (typeof first !== 'object' || first === null) return false;
  const error: unknown = (first as Record<string, unknown>)['error'];
  // Not a number, which may be a model's output, nor what a serialiser writes for none.
  if (typeof error === 'string') return error !== '';
  return error === true || (typeof error === 'object' && error !== null && !Array.isArray(error));
}

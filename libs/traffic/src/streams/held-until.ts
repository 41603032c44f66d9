import { contentHeaders, type HeaderList, isLines } from '../payload/index.ts';

/**
 * How much of an answer has to be there before it goes on to its caller; until then another version may answer.
 * `event`: the first server-sent event with data; `line`: the first line; `bytes`: whatever comes first.
 */
export type HeldUntil = 'whole' | 'event' | 'line' | 'bytes';

/** Without a length, these are answers like any other: many servers chunk whatever they say. */
const JSON_LIKE = /[/+]json$/;

/**
 * By its head: is an answer a stream, which callers read as it comes? Streams are named by their media type; besides, an answer
 * without a length that is no JSON (plain text, sound) may take as long as it likes. A refusal is no stream. Pure.
 * @param headers names and values in turn
 * @param length of the body in bytes; `null`: its head does not say
 */
export function heldUntil(status: number, headers: HeaderList, length: number | null): HeldUntil {
  if (status >= 400) return 'whole';
  const { mediaType, encodings, jsonBytes } = contentHeaders(headers);
  const isPlain = encodings.length === 0;
  if (mediaType === 'text/event-stream') return isPlain ? 'event' : 'bytes';
  if (isLines(mediaType)) return isPlain ? 'line' : 'bytes';
  if (length !== null || mediaType === '' || JSON_LIKE.test(mediaType) || jsonBytes !== null) return 'whole';
  return 'bytes';
}

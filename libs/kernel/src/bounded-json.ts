/** JSON of a peer that is deeper than this is not read: whatever walks a value may rely on it. */
export const DEEPEST_JSON = 64;

/** Bytes that values take once they are parsed, roughly, on a 64-bit machine: V8's objects, not their text. */
const OBJECT_BYTES = 300; // with a shape of its own, as an attacker makes it
const ARRAY_BYTES = 48;
const VALUE_BYTES = 24;
/** A text of 8 MB can become 400 MB of objects; so much of them is read at most. */
const MOST_PARSED_BYTES = 48 * 1024 * 1024;

const [QUOTE, BACKSLASH, COMMA] = [34, 92, 44];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

/** A peer's JSON, or why it is not read. */
export type BoundedJson =
  | { readonly value: unknown; readonly problem: null }
  | { readonly value: undefined; readonly problem: string };

/**
 * Parses JSON that a peer wrote: to a bounded depth, and to a bounded size in memory. Its cost is linear in the text.
 * @returns the value, or in `problem` why there is none: `not JSON`, or which bound it exceeds
 */
export function parseBounded(text: string): BoundedJson {
  const problem = excess(text);
  if (problem !== null) return { value: undefined, problem };
  try {
    return { value: JSON.parse(text) as unknown, problem: null };
  } catch {
    return { value: undefined, problem: 'not JSON' };
  }
}

/** Which bound a text exceeds, before anything is made of it; `null`: none. */
function excess(text: string): string | null {
  let [depth, bytes] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i);
        continue;
      case OPEN_LIST:
        depth++;
        bytes += ARRAY_BYTES;
        break;
      case OPEN_OBJECT:
        depth++;
        bytes += OBJECT_BYTES;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        continue;
      case COMMA:
        bytes += VALUE_BYTES;
        break;
      default:
        continue;
    }
    if (depth > DEEPEST_JSON) return `nested deeper than ${DEEPEST_JSON} levels`;
    if (bytes > MOST_PARSED_BYTES) return 'more values than are read at once';
  }
  return null;
}

/** Where the string that begins at `start` ends, or the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    // An even number of backslashes: none of them belongs to the quote.
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

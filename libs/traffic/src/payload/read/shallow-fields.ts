const [QUOTE, BACKSLASH, OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, COMMA, COLON, SPACE] = [
  ...[34, 92, 123, 125, 91, 93, 44, 58, 32],
] as const;
/** A scalar that is longer is somebody's text. Bytes, in JSON. */
const LONGEST_SCALAR = 1_024;

/**
 * Reads scalars at the top of a JSON object in its UTF-8 bytes, without parsing the rest: long strings are jumped over. Of equal keys the last
 * counts, as with `JSON.parse`. It does not check what it jumps over. Pure.
 * @param names of the fields, without any character that JSON escapes
 * @param mostSteps brackets, strings and bytes between them that are looked at, so that the cost has a bound
 * @returns those that are there and are a text, a number or a truth value; empty: it is no object, has none of them, or is not over within `mostSteps`
 */
export function shallowFields(
  bytes: Uint8Array,
  names: readonly string[],
  mostSteps: number,
): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const none = new Map<string, unknown>();
  let depth = 0;
  let key: string | null = null;
  /** Where the value of `key` begins; -1: its colon is still to come. */
  let from = -1;
  const take = (to: number): void => {
    if (key !== null && from >= 0) note(found, key, textOf(bytes, from, to));
    [key, from] = [null, -1];
  };
  for (let i = 0, steps = 0; i < bytes.length; i++, steps++) {
    if (steps > mostSteps) return none;
    const byte = bytes[i] as number;
    if (byte <= SPACE) continue;
    if (depth === 0 && byte !== OPEN_OBJECT) return none;
    if (byte === QUOTE) {
      const end = closingQuote(bytes, i + 1);
      if (end < 0) return none;
      if (depth === 1 && key === null) {
        const name = textOf(bytes, i + 1, end);
        // Other names are jumped over with their values.
        key = name !== null && names.includes(name) ? name : '';
      }
      i = end;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      if (depth === 1) {
        take(i);
        return found;
      }
      depth--;
    } else if (depth === 1 && byte === COLON && from < 0) from = i + 1;
    else if (depth === 1 && byte === COMMA) take(i);
  }
  return none;
}

function note(found: Map<string, unknown>, key: string, json: string | null): void {
  if (key === '') return;
  found.delete(key);
  if (json === null) return;
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object') found.set(key, value);
  } catch {
    // No JSON: whoever reads all of it says so.
  }
}

/** Where a string ends that began just before; -1: nowhere. */
function closingQuote(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(QUOTE, from); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let before = at;
    while (before > from && bytes[before - 1] === BACKSLASH) before--;
    if ((at - before) % 2 === 0) return at;
  }
  return -1;
}

/** `null`: it is longer than any that is asked for. */
const textOf = (bytes: Uint8Array, from: number, to: number): string | null =>
  to - from > LONGEST_SCALAR ? null : new TextDecoder().decode(bytes.subarray(from, to));

/** A name, or an index. */
export type JsonKey = string | number;
/** The same few paths are read in every request. */
const parsed = new Map<string, readonly JsonKey[] | null>();
const MOST_KNOWN = 1_000;
const TOKEN = /\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^']*)'\]/y;

/**
 * Reads a path such as `$.outputs[0].data[0]` or `$['my key'].x`: names and indexes only, no
 * wildcards, so it always names one place and costs what its length says.
 * @returns the keys, or `null` when the text is no such path
 */
export function parseJsonPath(text: string): readonly JsonKey[] | null {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const keys = parse(text);
  // Paths come from specs and policies: few. Whoever checks thousands starts over.
  if (parsed.size >= MOST_KNOWN) parsed.clear();
  parsed.set(text, keys);
  return keys;
}

function parse(text: string): readonly JsonKey[] | null {
  if (!text.startsWith('$')) return null;
  const keys: JsonKey[] = [];
  TOKEN.lastIndex = 1;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) return null;
    keys.push(match[2] !== undefined ? Number(match[2]) : (match[1] ?? match[3] ?? ''));
  }
  return keys;
}

/** The value at a path; `undefined` when the value has no such place. Looks at own properties only. */
export function readJsonPath(value: unknown, keys: readonly JsonKey[]): unknown {
  let here = value;
  for (const key of keys) {
    if (here === null || typeof here !== 'object' || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<JsonKey, unknown>)[key];
  }
  return here;
}

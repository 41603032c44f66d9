/** Headers of one connection, not of the message (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Has any name of ours this length? Most headers have another, and are not looked up. */
const LOOKED_UP = lengthsOf([...HOP_BY_HOP, 'host', 'expect', 'content-length', 'x-request-id']);
/** Set anew for the upstream: its own name, and nothing to wait for. */
const OURS = new Set(['host', 'expect']);
/** A model server cannot speak for us. */
const isOurs = (name: string): boolean => name.startsWith('x-understudy-') || name === 'x-request-id';

/**
 * What goes on to the model server: everything but hop-by-hop headers.
 * @param bodyIsBuffered the length is set from the bytes that are sent
 */
export function requestHeaders(raw: readonly string[], bodyIsBuffered: boolean): string[] {
  const dropped = namedByConnection(raw);
  const headers: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (dropped !== null || LOOKED_UP[name.length] === 1) {
      const lower = name.toLowerCase();
      if (HOP_BY_HOP.has(lower) || OURS.has(lower) || dropped?.has(lower)) continue;
      if (bodyIsBuffered && lower === 'content-length') continue;
    }
    headers.push(name, raw[i + 1] ?? '');
  }
  return headers;
}

/**
 * What goes back to the caller, names and values in turn, with what we say about it at the end.
 * @param raw names and values in turn, as the model server sent them
 */
export function responseHeaders(raw: readonly string[], ours: readonly string[]): string[] {
  const dropped = namedByConnection(raw);
  const headers: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    // 120: x; ours all start with it.
    if (dropped !== null || LOOKED_UP[name.length] === 1 || (name.charCodeAt(0) | 32) === 120) {
      const lower = name.toLowerCase();
      if (HOP_BY_HOP.has(lower) || dropped?.has(lower) || isOurs(lower)) continue;
    }
    headers.push(name, raw[i + 1] ?? '');
  }
  headers.push(...ours);
  return headers;
}

/** Headers that `Connection` names; `null` for the usual values, which name none. */
function namedByConnection(raw: readonly string[]): Set<string> | null {
  let names: Set<string> | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue;
    names ??= new Set();
    for (const one of (raw[i + 1] ?? '').split(',')) names.add(one.trim().toLowerCase());
  }
  return names;
}

/** At each length: 1 where one of the names has it. Longer names than any of them: nothing. */
function lengthsOf(names: readonly string[]): readonly number[] {
  const lengths: number[] = [];
  for (const name of names) lengths[name.length] = 1;
  return Array.from(lengths, (one) => one ?? 0);
}

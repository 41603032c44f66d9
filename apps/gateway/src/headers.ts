import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

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
/** Set anew for the upstream: its own name, and nothing to wait for. */
const OURS = new Set(['host', 'expect']);

/**
 * What goes on to the model server: everything but hop-by-hop headers.
 * @param bodyIsBuffered the length is set from the bytes that are sent
 */
export function requestHeaders(raw: readonly string[], bodyIsBuffered: boolean): string[] {
  const dropped = namedByConnection(raw);
  const headers: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    if (
      HOP_BY_HOP.has(name) ||
      OURS.has(name) ||
      dropped.has(name) ||
      (bodyIsBuffered && name === 'content-length')
    )
      continue;
    headers.push(raw[i] ?? '', raw[i + 1] ?? '');
  }
  return headers;
}

/** What goes back to the caller, with what we say about it. */
export function responseHeaders(
  headers: IncomingHttpHeaders,
  ours: OutgoingHttpHeaders,
): OutgoingHttpHeaders {
  const dropped = new Set(
    String(headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !dropped.has(name));
  return { ...Object.fromEntries(kept), ...ours };
}

function namedByConnection(raw: readonly string[]): Set<string> {
  const names = new Set<string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (raw[i]?.toLowerCase() !== 'connection') continue;
    for (const name of (raw[i + 1] ?? '').split(',')) names.add(name.trim().toLowerCase());
  }
  return names;
}

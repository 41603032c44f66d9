import { BadMessage } from './bad-message.ts';
import { addHeaderLine, lengthOf, MOST_HEADER_LINES, namesOption } from './header-lines.ts';

/** Status line and headers of an answer. */
export interface AnswerHead {
  readonly status: number;
  readonly minor: 0 | 1;
  /** Names and values in turn, as they came. */
  readonly headers: readonly string[];
  readonly framing: Framing;
  /** The server says that this connection ends with this answer. */
  readonly closes: boolean;
  /** Seconds that the server keeps an idle connection, where it says so. */
  readonly keepAliveSeconds: number | null;
}

/** Where the body of an answer ends (RFC 9112 §6.3). */
export type Framing =
  { readonly kind: 'length'; readonly bytes: number } | { readonly kind: 'chunked' | 'close' };

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d{2})(?: [^\0\r\n]*)?$/;

/**
 * Reads a head, without the empty line at its end.
 * @param text the bytes as latin1
 * @throws BadMessage for what a lenient reader and a strict one would read differently
 */
export function parseAnswerHead(text: string): AnswerHead {
  const lines = text.split('\r\n');
  if (lines.length - 1 > MOST_HEADER_LINES) throw new BadMessage('more than 200 header lines');
  const first = STATUS_LINE.exec(lines[0] ?? '');
  if (!first) throw new BadMessage('the status line is not one of HTTP/1.1');
  const minor = first[1] === '1' ? 1 : 0;
  const status = Number(first[2]);
  // It ends with its head, whatever it says (RFC 9112 §6.3); who says otherwise is not asked again on this connection.
  const isInterim = status < 200;
  const headers: string[] = [];
  let [length, encoding]: [number | null, string | null] = [null, null];
  let closes = minor === 0;
  let keepAliveSeconds: number | null = null;
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    addHeaderLine(line, headers);
    const name = headers.at(-2) ?? '';
    const value = headers.at(-1) ?? '';
    // Only names of these lengths mean something here.
    if (name.length !== 14 && name.length !== 10 && name.length !== 17) continue;
    switch (name.toLowerCase()) {
      case 'content-length':
        if (isInterim) closes = true;
        else length = oneLength(value, length);
        break;
      case 'transfer-encoding':
        if (isInterim) closes = true;
        else encoding = encoding === null ? value : `${encoding}, ${value}`;
        break;
      case 'connection':
        if (namesOption(value, 'close')) closes = true;
        else if (minor === 0 && !isInterim && namesOption(value, 'keep-alive')) closes = false;
        break;
      case 'keep-alive':
        keepAliveSeconds = Number(/\btimeout=(\d{1,6})\b/i.exec(value)?.[1] ?? NaN);
        if (Number.isNaN(keepAliveSeconds)) keepAliveSeconds = null;
        break;
    }
  }
  const chunked = encoding !== null && isChunked(encoding);
  if (chunked && length !== null) throw new BadMessage('both a length and an encoding say where it ends');
  // HTTP/1.0 has no chunks: who sends them all the same may mean something else by what follows (RFC 9112 §6.1).
  if (encoding !== null && minor === 0) closes = true;
  const framing: Framing = chunked
    ? { kind: 'chunked' }
    : length === null
      ? { kind: 'close' }
      : { kind: 'length', bytes: length };
  return { status, minor, headers, framing, closes, keepAliveSeconds };
}

/** `identity` says nothing (RFC 2616 §3.6; old servers write it beside a length, or alone); we ask for no other coding. */
function isChunked(encoding: string): boolean {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((one) => one.trim());
  const some = codings.filter((one) => one !== '' && one !== 'identity');
  if (some.length > 1 || (some.length === 1 && some[0] !== 'chunked'))
    throw new BadMessage(`a transfer encoding that was not asked for (${encoding.slice(0, 50)})`);
  return some.length === 1;
}

/** Several equal lengths are one (RFC 9110 §8.6); different ones are an attack or a mistake. */
function oneLength(value: string, known: number | null): number {
  let length = known;
  for (const part of value.includes(',') ? value.split(',') : [value]) {
    const next = lengthOf(part.trim());
    if (length !== null && length !== next) throw new BadMessage('two different lengths');
    length = next;
  }
  return length ?? 0;
}

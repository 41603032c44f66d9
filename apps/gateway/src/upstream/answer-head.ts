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

/** What came is not HTTP/1.1, or leaves open where it ends. The connection is of no more use. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d{2})(?: [^\0\r\n]*)?$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FORBIDDEN = /[\0\r\n]/;
const DIGITS = /^\d{1,15}$/;

/**
 * Reads a head, without the empty line at its end.
 * @param text the bytes as latin1
 * @throws BadAnswer for what a lenient reader and a strict one would read differently
 */
export function parseAnswerHead(text: string): AnswerHead {
  const lines = text.split('\r\n');
  const first = STATUS_LINE.exec(lines[0] ?? '');
  if (!first) throw new BadAnswer('the status line is not one of HTTP/1.1');
  const minor = first[1] === '1' ? 1 : 0;
  const headers: string[] = [];
  let [length, encoding]: [number | null, string | null] = [null, null];
  let closes = minor === 0;
  let keepAliveSeconds: number | null = null;
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    const value = trimmed(line, colon + 1);
    if (!TOKEN.test(name) || FORBIDDEN.test(value)) throw new BadAnswer('a header line is malformed');
    headers.push(name, value);
    // Only names of these lengths mean something here.
    if (name.length !== 14 && name.length !== 10 && name.length !== 17) continue;
    switch (name.toLowerCase()) {
      case 'content-length':
        length = lengthOf(value, length);
        break;
      case 'transfer-encoding':
        encoding = encoding === null ? value : `${encoding}, ${value}`;
        break;
      case 'connection':
        closes = closesBy(value, closes);
        break;
      case 'keep-alive':
        keepAliveSeconds = Number(/\btimeout=(\d{1,6})\b/i.exec(value)?.[1] ?? NaN);
        if (Number.isNaN(keepAliveSeconds)) keepAliveSeconds = null;
        break;
    }
  }
  if (encoding !== null && length !== null)
    throw new BadAnswer('both a length and an encoding say where it ends');
  const framing = framingOf(encoding, length);
  return { status: Number(first[2]), minor, headers, framing, closes, keepAliveSeconds };
}

function framingOf(encoding: string | null, length: number | null): Framing {
  if (encoding !== null) {
    if (encoding.toLowerCase() !== 'chunked')
      throw new BadAnswer('a transfer encoding that was not asked for');
    return { kind: 'chunked' };
  }
  return length === null ? { kind: 'close' } : { kind: 'length', bytes: length };
}

/** Several equal lengths are one (RFC 9110 §8.6); different ones are an attack or a mistake. */
function lengthOf(value: string, known: number | null): number {
  let length = known;
  for (const part of value.includes(',') ? value.split(',') : [value]) {
    const text = part.trim();
    if (!DIGITS.test(text)) throw new BadAnswer('the length is not a number');
    if (length !== null && length !== Number(text)) throw new BadAnswer('two different lengths');
    length = Number(text);
  }
  return length ?? 0;
}

function closesBy(value: string, before: boolean): boolean {
  const text = value.toLowerCase();
  if (text === 'keep-alive') return false;
  if (text === 'close') return true;
  const options = text.split(',').map((one) => one.trim());
  return options.includes('close') || (before && !options.includes('keep-alive'));
}

/** The rest of a line without blanks around it (RFC 9110 §5.5: space and tab only). */
function trimmed(line: string, from: number): string {
  let [start, end] = [from, line.length];
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
}

const isBlank = (code: number): boolean => code === 32 || code === 9;

import { METHODS } from 'node:http';
import { BadMessage } from './bad-message.ts';
import { addHeaderLine, lengthOf, MOST_HEADER_LINES, namesOption } from './header-lines.ts';
import { pathOf } from './request-target.ts';

/** Request line and headers of a caller. */
export interface RequestHead {
  readonly method: string;
  /** Of its text, without the empty line at its end. */
  readonly bytes: number;
  /** Path and query, as they came; of an absolute address without what stands before its path. */
  readonly url: string;
  readonly minor: 0 | 1;
  /** Names and values in turn, as they came. */
  readonly headers: readonly string[];
  readonly body: RequestFraming;
  readonly keepsAlive: boolean;
  readonly expectsContinue: boolean;
}

/** Where the body of a request ends (RFC 9112 §6.3). */
export type RequestFraming = 'none' | 'chunked' | { readonly length: number };

/** Those of the registry: a model server that knows no others must not read another line from the same bytes. */
const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);
/** No control character, no blank: what a model server would read as another request line. */
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}) ([\x21-\x7e]+) HTTP\/(\d)\.(\d)$/;

/**
 * Reads a head, without the empty line at its end. Stricter than the RFC where a proxy and a model server
 * might disagree about where a request ends: that is how requests are smuggled.
 * @param text the bytes as latin1
 * @throws BadMessage with the status for the caller
 */
export function parseRequestHead(text: string): RequestHead {
  const lines = text.split('\r\n');
  if (lines.length - 1 > MOST_HEADER_LINES) throw new BadMessage('more than 200 header lines', 431);
  const first = REQUEST_LINE.exec(lines[0] ?? '');
  if (!first) throw new BadMessage('the request line is not METHOD /path HTTP/1.1');
  const [, method = '', target = '', major, minorText] = first;
  if (major !== '1' || (minorText !== '0' && minorText !== '1'))
    throw new BadMessage('only HTTP/1.0 and HTTP/1.1 are spoken here', 505);
  if (!KNOWN_METHODS.has(method)) throw new BadMessage('this method is not known', 501);
  if (method === 'CONNECT') throw new BadMessage('this is no tunnel', 405);
  const url = pathOf(target);
  const minor = minorText === '1' ? 1 : 0;
  const headers: string[] = [];
  let [length, encoding, hosts]: [number | null, string | null, number] = [null, null, 0];
  let keepsAlive = minor === 1;
  let expectsContinue = false;
  for (let i = 1; i < lines.length; i++) {
    addHeaderLine(lines[i] ?? '', headers);
    const name = headers.at(-2) ?? '';
    const value = headers.at(-1) ?? '';
    // Only names of these lengths mean something here.
    switch (name.length) {
      case 4:
        if (name.toLowerCase() === 'host') hosts++;
        break;
      case 6:
        if (name.toLowerCase() === 'expect') expectsContinue = expectation(value);
        break;
      case 10:
        if (name.toLowerCase() !== 'connection') break;
        if (namesOption(value, 'close')) keepsAlive = false;
        else if (minor === 0 && namesOption(value, 'keep-alive')) keepsAlive = true;
        break;
      case 14:
        if (name.toLowerCase() !== 'content-length') break;
        if (length !== null) throw new BadMessage('more than one length');
        length = lengthOf(value);
        break;
      case 17:
        if (name.toLowerCase() !== 'transfer-encoding') break;
        if (encoding !== null) throw new BadMessage('more than one transfer encoding');
        encoding = value;
        break;
    }
  }
  if (hosts > 1 || (hosts === 0 && minor === 1)) throw new BadMessage('a request names its host, once');
  const body = framingOf(encoding, length, minor);
  expectsContinue &&= minor === 1;
  return { method, bytes: text.length, url, minor, headers, body, keepsAlive, expectsContinue };
}

function framingOf(encoding: string | null, length: number | null, minor: 0 | 1): RequestFraming {
  if (encoding === null) return length === null || length === 0 ? 'none' : { length };
  if (length !== null) throw new BadMessage('both a length and an encoding say where it ends');
  if (minor === 0) throw new BadMessage('HTTP/1.0 has no transfer encoding');
  // `identity` too, which RFC 9112 has taken out: those in front read it differently, so nginx, HAProxy and Go refuse it.
  if (encoding.toLowerCase() !== 'chunked')
    throw new BadMessage('a transfer encoding other than chunked, which is not read here', 501);
  return 'chunked';
}

function expectation(value: string): boolean {
  if (value.toLowerCase() !== '100-continue') throw new BadMessage('an expectation that cannot be met', 417);
  return true;
}

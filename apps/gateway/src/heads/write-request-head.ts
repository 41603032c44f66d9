import { withQuery } from '#libs/kernel';
import type { RequestBody } from '../request/request-body.ts';
import type { Origin } from '../upstream/origin.ts';
import type { PassedLines } from './head-lines.ts';

/** Methods whose body, where there is none, is said to be empty (RFC 9110 §8.6). */
const EXPECT_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Request line and headers as they are sent, with the empty line at their end: one length or encoding at most. Trailers
 * of a request are never sent.
 * @param via what this gateway calls itself, after those who passed the request on before
 * @param trace the line that names the span of this ask; empty: none
 */
export function writeRequestHead(
  request: {
    readonly method: string;
    readonly rest: string;
    readonly headers: PassedLines;
    readonly body: RequestBody;
  },
  origin: Pick<Origin, 'base' | 'query' | 'authority'>,
  via: string,
  trace = '',
): { readonly head: string; readonly chunked: boolean } {
  const { method, headers, body } = request;
  const head = `${method} ${origin.base}${withQuery(request.rest, origin.query)} HTTP/1.1\r\nhost: ${origin.authority}\r\n${headers.text}${trace}via: 1.1 ${via}\r\n`;
  const length = body.kind === 'streaming' ? headers.length : body.bytes.length;
  if (length === null) return { head: `${head}transfer-encoding: chunked\r\n\r\n`, chunked: true };
  if (length === 0 && !EXPECT_BODY.has(method)) return { head: `${head}\r\n`, chunked: false };
  return { head: `${head}content-length: ${length}\r\n\r\n`, chunked: false };
}

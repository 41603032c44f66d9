import type { RequestBody } from '../request-body.ts';
import type { Origin } from './origin.ts';

/** Methods whose body, where there is none, is said to be empty (RFC 9110 §8.6). */
const EXPECT_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Request line and headers as they are sent, with the empty line at their end. Names and values come
 * from Node's parser, which lets no line break through.
 * @param request `headers` hold a length only where the body streams
 */
export function writeRequestHead(
  request: {
    readonly method: string;
    readonly rest: string;
    readonly headers: readonly string[];
    readonly body: RequestBody;
  },
  origin: Pick<Origin, 'base' | 'authority'>,
): { readonly head: string; readonly chunked: boolean } {
  const { method, headers, body } = request;
  let head = `${method} ${origin.base}${request.rest} HTTP/1.1\r\nhost: ${origin.authority}\r\n`;
  let hasLength = false;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? '';
    if (name.length === 14 && name.toLowerCase() === 'content-length') hasLength = true;
    head += `${name}: ${headers[i + 1] ?? ''}\r\n`;
  }
  const chunked = body.kind === 'streaming' && !hasLength;
  if (chunked) head += 'transfer-encoding: chunked\r\n';
  else if (body.kind === 'whole' && (body.bytes.length > 0 || EXPECT_BODY.has(method)))
    head += `content-length: ${body.bytes.length}\r\n`;
  return { head: `${head}\r\n`, chunked };
}

import type { IncomingMessage } from 'node:http';
import { joined } from './joined.ts';
import type { Hold } from './memory-budget.ts';

/** A request's body: whole in memory, or too large for that and still coming. */
export type RequestBody =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'streaming'; readonly stream: AsyncIterable<Buffer> };

const NONE: RequestBody = { kind: 'whole', bytes: Buffer.alloc(0) };

/**
 * Reads a body up to a limit. What is longer becomes a stream that starts with the bytes already
 * read, so that nothing is lost and no more than the limit is ever held.
 * @param hold room for what is held; a body that finds none streams too
 * @param ready called once, unless the caller goes away before its body is there
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
  hold: Hold,
  ready: (body: RequestBody) => void,
): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return ready(NONE);
  const chunks: Buffer[] = [];
  if (Number(length ?? 0) > limit) return ready({ kind: 'streaming', stream: restOf(request, chunks) });
  let size = 0;
  const stop = (): void => {
    request.off('data', onData);
    request.off('end', onEnd);
  };
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= limit && hold.take(chunk.length)) return;
    request.pause();
    stop();
    ready({ kind: 'streaming', stream: restOf(request, chunks) });
  };
  const onEnd = (): void => {
    stop();
    ready({ kind: 'whole', bytes: joined(chunks) });
  };
  request.on('data', onData);
  request.on('end', onEnd);
}

async function* restOf(request: IncomingMessage, chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
  for await (const chunk of request) yield chunk as Buffer;
}

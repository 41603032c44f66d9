import type { IncomingMessage } from 'node:http';

/** A request's body: whole in memory, or too large for that and still coming. */
export type RequestBody =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'streaming'; readonly stream: AsyncIterable<Buffer> };

/**
 * Reads a body up to a limit. What is longer becomes a stream that starts with the bytes already
 * read, so that nothing is lost and no more than the limit is ever held.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<RequestBody> {
  const declared = Number(request.headers['content-length'] ?? 0);
  const iterator = request[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const chunks: Buffer[] = [];
  let size = 0;
  while (declared <= limit && size <= limit) {
    const { done, value } = await iterator.next();
    if (done)
      return { kind: 'whole', bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) };
    chunks.push(value);
    size += value.length;
  }
  async function* rest(): AsyncGenerator<Buffer> {
    yield* chunks;
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) return;
      yield value;
    }
  }
  return { kind: 'streaming', stream: rest() };
}

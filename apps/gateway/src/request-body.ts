import type { Readable } from 'node:stream';
import type { CallerRequest } from './callers/caller-request.ts';
import { joined } from './joined.ts';
import type { Hold } from './memory-budget.ts';

/** A request's body: whole in memory, or too large for that and still coming. */
export type RequestBody =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'streaming'; readonly stream: Readable };

const NONE: RequestBody = { kind: 'whole', bytes: Buffer.alloc(0) };

/**
 * Reads a body up to a limit. What is longer becomes a stream that starts with the bytes already
 * read, so that nothing is lost and no more than the limit is ever held.
 * @param hold room for what is held; a body that finds none streams too
 * @param ready called once, unless the caller goes away before its body is there
 */
export function readBody(
  request: CallerRequest,
  limit: number,
  hold: Hold,
  ready: (body: RequestBody) => void,
): void {
  const { body } = request.head;
  if (body === 'none') return ready(NONE);
  const chunks: Buffer[] = [];
  const stream = (): void => ready({ kind: 'streaming', stream: request.streamAfter(chunks) });
  if (body !== 'chunked' && body.length > limit) return stream();
  let size = 0;
  request.listen({
    data: (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit || !hold.take(chunk.length)) stream();
    },
    end: () => ready({ kind: 'whole', bytes: joined(chunks) }),
  });
}

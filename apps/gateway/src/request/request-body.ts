import type { BodyFlow } from '../callers/body-flow.ts';
import type { CallerRequest } from '../callers/caller-request.ts';
import { Gathered } from './gathered.ts';
import type { Hold } from '../process/memory-budget.ts';

/** A request's body: whole in memory, or too large for that and still coming. */
export type RequestBody =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'streaming'; readonly flow: BodyFlow };

const NONE: RequestBody = { kind: 'whole', bytes: Buffer.alloc(0) };
/** So much of a long body is there before a connection to the model server is taken for it: dawdlers hold none. */
const AHEAD_BYTES = 262_144;

/**
 * Reads a body up to a limit. What is longer flows on, after the bytes already read, so that nothing is lost and no
 * more than the limit is ever held.
 * @param hold room for what is held; a body that finds none flows too
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
  const most = body !== 'chunked' && body.length > limit ? Math.min(limit, AHEAD_BYTES) : limit;
  const read = new Gathered(hold);
  request.listen({
    data: (bytes) => {
      const fits = read.add(bytes);
      if (fits && read.size <= most) return;
      const first = read.size > 0 ? [read.whole()] : [];
      ready({ kind: 'streaming', flow: request.flowAfter(fits ? first : [...first, bytes]) });
    },
    end: () => ready({ kind: 'whole', bytes: read.whole() }),
  });
}

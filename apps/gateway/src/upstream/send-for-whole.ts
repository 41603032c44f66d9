import type { Owner } from '#libs/data-plane';
import type { StreamFailure } from '#libs/traffic';
import { type HoldLimits, sendHeld, type WholeAnswer } from './send-held.ts';
import type { UpstreamPool } from './upstream-pool.ts';
import type { Call, UpstreamRequest } from './upstream-request.ts';

/**
 * Sends a request and keeps its whole answer, of a stream too: within a time (a stream's is to its first event, and then
 * ten minutes), a size and what memory there is.
 * @param owner ends whatever waits for the answer when `settle` throws
 * @param settle called once: with the answer, and how it has failed where it is a stream that has; or with what went wrong
 */
export const sendForWhole = (
  pool: UpstreamPool,
  request: UpstreamRequest,
  limits: HoldLimits,
  owner: Owner,
  settle: (answer: WholeAnswer | Error, failure: StreamFailure | null) => void,
): Call =>
  sendHeld(pool, request, limits, {
    place: owner.place,
    endBy: (error) => owner.endBy(error),
    whole: settle,
    begins: null,
    failed: (error) => settle(error, null),
  });

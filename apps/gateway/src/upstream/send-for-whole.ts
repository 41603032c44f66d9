import { after, type Owner } from '../contained.ts';
import { Gathered } from '../gathered.ts';
import { AnswerTooLargeError, LateAnswerError, NoRoomError } from './errors.ts';
import { type HoldLimits, sendHeld, type StreamStart, type WholeAnswer } from './send-held.ts';
import type { UpstreamPool } from './upstream-pool.ts';
import type { Call, UpstreamRequest } from './upstream-request.ts';

/** Nobody waits for the end of a stream here, and none is endless. */
const MOST_STREAM_MS = 600_000;

/**
 * Sends a request and keeps its whole answer, of a stream too: within a time (a stream's is to its first event, and then
 * ten minutes), a size and what memory there is.
 * @param owner ends whatever waits for the answer when `settle` throws
 * @param settle called once: with the answer, or with what went wrong
 */
export function sendForWhole(
  pool: UpstreamPool,
  request: UpstreamRequest,
  limits: HoldLimits,
  owner: Owner,
  settle: (answer: WholeAnswer | Error) => void,
): Call {
  const gather = ({ status, headers, body }: StreamStart) => {
    const all = new Gathered(limits.hold);
    let reason: Error | null = null;
    const giveUp = (error: Error): void => {
      reason ??= error;
      call.abort();
    };
    const timer = after(owner, MOST_STREAM_MS, () =>
      giveUp(new LateAnswerError('no end of the answer in time')),
    );
    const add = (bytes: Buffer): boolean => {
      if (all.size + bytes.length > limits.maxBytes)
        giveUp(new AnswerTooLargeError(`the answer is larger than ${limits.maxBytes} bytes`));
      else if (!all.add(bytes)) {
        call.clock.limited(performance.now());
        giveUp(new NoRoomError('no memory is left for this answer'));
      }
      return true;
    };
    add(body);
    return {
      chunk: add,
      end: () => {
        clearTimeout(timer);
        settle({ status, headers, body: all.whole() });
      },
      failed: (error: Error) => {
        clearTimeout(timer);
        settle(reason ?? error);
      },
    };
  };
  const call = sendHeld(pool, request, limits, {
    place: owner.place,
    endBy: (error) => owner.endBy(error),
    whole: settle,
    begins: gather,
    failed: settle,
  });
  return call;
}

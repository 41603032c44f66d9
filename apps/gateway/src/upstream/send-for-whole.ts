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
  let reason: Error | null = null;
  let timer: NodeJS.Timeout | undefined;
  const giveUp = (error: Error): void => {
    reason ??= error;
    call.abort();
  };
  // Also when it is given up within `begins`, where the flow is not there yet.
  const failed = (error: Error): void => {
    clearTimeout(timer);
    settle(reason ?? error);
  };
  const gather = ({ status, headers, body }: StreamStart) => {
    const all = new Gathered(limits.hold);
    timer = after(owner, MOST_STREAM_MS, () => giveUp(new LateAnswerError('no end of the answer in time')));
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
    const end = (): void => {
      clearTimeout(timer);
      settle({ status, headers, body: all.whole() });
    };
    return { chunk: add, end, failed };
  };
  const call = sendHeld(pool, request, limits, {
    place: owner.place,
    endBy: (error) => {
      clearTimeout(timer);
      owner.endBy(error);
    },
    whole: settle,
    begins: gather,
    failed,
  });
  return call;
}

import { after, type Owner } from '../contained.ts';
import { Gathered } from '../gathered.ts';
import type { Hold } from '../memory-budget.ts';
import { AnswerTooLargeError, LateAnswerError, NoRoomError } from './errors.ts';
import type { UpstreamPool } from './upstream-pool.ts';
import type { Call, UpstreamRequest } from './upstream-request.ts';

export interface WholeAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/**
 * Sends a request and keeps its whole answer, within a time, a size and what memory there is. The time is that of the call's clock, so
 * setting up a connection is outside of it; the pool has a limit of its own for that.
 * @param owner ends whatever waits for the answer when `settle` throws
 * @param settle called once: with the answer, or with what went wrong
 */
export function sendForWhole(
  pool: UpstreamPool,
  request: UpstreamRequest,
  limits: { readonly timeoutMs: number; readonly maxBytes: number; readonly hold: Hold },
  owner: Owner,
  settle: (answer: WholeAnswer | Error) => void,
): Call {
  const body = new Gathered(limits.hold);
  let status = 0;
  let headers: readonly string[] = [];
  let reason: Error | null = null;
  const giveUp = (error: Error): void => {
    reason ??= error;
    call.abort();
  };
  // One for the whole answer: a drip of bytes must not hold a caller for ever.
  const checkTime = (): void => {
    const left = limits.timeoutMs - call.clock.answerMs(performance.now());
    // Timers of Node may run a millisecond early.
    if (left < 1) giveUp(new LateAnswerError('no answer in time'));
    else timer = after(owner, Math.ceil(left), checkTime);
  };
  let timer = after(owner, limits.timeoutMs, checkTime);
  const call = pool.send(request, {
    place: owner.place,
    endBy(error) {
      clearTimeout(timer);
      owner.endBy(error);
    },
    head(gotStatus, gotHeaders) {
      status = gotStatus;
      headers = gotHeaders;
    },
    chunk(bytes) {
      if (body.size + bytes.length > limits.maxBytes)
        giveUp(new AnswerTooLargeError(`the answer is larger than ${limits.maxBytes} bytes`));
      else if (!body.add(bytes)) {
        call.clock.limited(performance.now());
        giveUp(new NoRoomError('no memory is left for this answer'));
      }
      return true;
    },
    end() {
      clearTimeout(timer);
      settle({ status, headers, body: body.whole() });
    },
    failed(error) {
      clearTimeout(timer);
      settle(reason ?? error);
    },
  });
  return call;
}

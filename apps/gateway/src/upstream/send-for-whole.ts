import { after, type Owner } from '../contained.ts';
import { Gathered } from '../gathered.ts';
import type { Hold } from '../memory-budget.ts';
import type { Call, UpstreamPool, UpstreamRequest } from './upstream-pool.ts';

export interface WholeAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/**
 * Sends a request and keeps its whole answer, within a time, a size and what memory there is.
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
  const timer = after(owner, limits.timeoutMs, () => giveUp(new Error('no answer in time')));
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
        giveUp(new Error(`the answer is larger than ${limits.maxBytes} bytes`));
      else if (!body.add(bytes)) giveUp(new Error('no memory is left for this answer'));
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

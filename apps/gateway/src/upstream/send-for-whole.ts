import { joined } from '../joined.ts';
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
 * @param settle called once: with the answer, or with what went wrong
 */
export function sendForWhole(
  pool: UpstreamPool,
  request: UpstreamRequest,
  limits: { readonly timeoutMs: number; readonly maxBytes: number; readonly hold: Hold },
  settle: (answer: WholeAnswer | Error) => void,
): Call {
  const chunks: Buffer[] = [];
  let [size, status] = [0, 0];
  let headers: readonly string[] = [];
  let reason: Error | null = null;
  const giveUp = (error: Error): void => {
    reason ??= error;
    call.abort();
  };
  // One for the whole answer: a drip of bytes must not hold a caller for ever.
  const timer = setTimeout(() => giveUp(new Error('no answer in time')), limits.timeoutMs);
  const call = pool.send(request, {
    head(gotStatus, gotHeaders) {
      status = gotStatus;
      headers = gotHeaders;
    },
    chunk(bytes) {
      size += bytes.length;
      if (size > limits.maxBytes) giveUp(new Error(`the answer is larger than ${limits.maxBytes} bytes`));
      else if (!limits.hold.take(bytes.length)) giveUp(new Error('no memory is left for this answer'));
      else chunks.push(bytes);
      return true;
    },
    end() {
      clearTimeout(timer);
      settle({ status, headers, body: joined(chunks) });
    },
    failed(error) {
      clearTimeout(timer);
      settle(reason ?? error);
    },
  });
  return call;
}

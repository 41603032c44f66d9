import { parseBounded } from '#libs/kernel';
import type { ModelCaller } from '#libs/engine';
import { boundedText } from './bounded-text.ts';
import type { OutboundFetch } from './outbound-fetch.ts';

const CALL_MS = 10_000;
const LONGEST_ANSWER = 8 * 1024 * 1024;

/** Sends one request to a model server, as a caller would, with a time limit and a bounded answer. */
export function modelCaller(fetch: OutboundFetch): ModelCaller {
  return {
    async call(url, { method, body }) {
      const startedAt = performance.now();
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        signal: AbortSignal.timeout(CALL_MS),
        ...(method === 'GET'
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const text = await boundedText(response, LONGEST_ANSWER);
      const latencyMs = performance.now() - startedAt;
      return { status: response.status, body: parse(text), latencyMs };
    },
  };
}

/** Text that is no JSON stays text. @throws Error for JSON beyond the bounds, which nobody may walk */
function parse(text: string): unknown {
  const { value, problem } = parseBounded(text);
  if (problem === null) return value;
  if (problem === 'not JSON') return text;
  throw new Error(`its answer is unreadable: ${problem}`);
}

import type { ModelCaller } from '#libs/engine';
import { notReadWords } from '#libs/traffic';
import { boundedBytes } from './bounded-text.ts';
import { fetchedContent } from './fetched-content.ts';
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
      const bytes = await boundedBytes(response, LONGEST_ANSWER);
      const latencyMs = performance.now() - startedAt;
      return { status: response.status, body: read(bytes, response.headers), latencyMs };
    },
  };
}

/** Text that is no JSON stays text; an empty body is nothing. @throws Error for what cannot be read, or is beyond the bounds */
function read(bytes: Uint8Array, headers: Headers): unknown {
  const content = fetchedContent(bytes, headers);
  switch (content.kind) {
    case 'value':
      return content.value;
    case 'text':
      return /\S/.test(content.text) ? content.text : undefined;
    case 'bytes':
      throw new Error('its answer is unreadable: it is neither JSON nor text');
    case 'none':
      throw new Error(`its answer is unreadable: ${notReadWords(content.why)}`);
  }
}

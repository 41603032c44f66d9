import type { EventSender } from '#libs/engine';
import type { OutboundFetch } from './outbound-fetch.ts';

const POST_MS = 10_000;

/** Posts events to subscribers; follows nothing, and reads nothing of the answer but its head. */
export function eventSender(fetch: OutboundFetch): EventSender {
  return {
    async post(url, headers, body) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'user-agent': 'understudy' },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(POST_MS),
      });
      await response.body?.cancel();
      return { status: response.status, retryAfterMs: retryAfterMs(response.headers.get('retry-after')) };
    },
  };
}

/** In seconds; the other form, a date, would need the clock of somebody else. */
export function retryAfterMs(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}

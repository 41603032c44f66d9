import { DomainError } from '#libs/kernel';
import type { ServingProbe } from '#libs/engine';
import { type OutboundFetch, reasonOf } from './outbound-fetch.ts';

const PROBE_MS = 5_000;

/** Any HTTP answer below 500 counts: not every model server has a health path, but a server that answers is there. */
export function servingProbe(readyPath: string, fetch: OutboundFetch): ServingProbe {
  return {
    async probe(servingUrl) {
      const why = await fetch(servingUrl.replace(/\/+$/, '') + readyPath, {
        signal: AbortSignal.timeout(PROBE_MS),
        redirect: 'manual',
      }).then(async (response) => {
        await response.body?.cancel();
        return response.status < 500 ? null : `it answers ${response.status} at ${readyPath}`;
      }, reasonOf);
      if (why === null) return;
      throw new DomainError(
        'invalid',
        'serving_url_unreachable',
        `Nobody answers at the serving URL ${servingUrl} (${why}). Start the model server, or mend the URL, and register again.`,
        [{ pointer: '/servingUrl', detail: `unreachable: ${why}` }],
      );
    },
  };
}

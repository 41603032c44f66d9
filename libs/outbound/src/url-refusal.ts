import {
  type AddressPolicy,
  AddressRefusedError,
  guardedLookup,
  hostRefusal,
  type Resolve,
} from '#libs/addresses';

/** How long a name server may take. */
const RESOLVE_MS = 2_000;

/**
 * Why the outbound policy lets nobody connect to a URL as things are now; `null`: it does, or it is not known (a name without an address may
 * get one).
 * @param mayResolve whether names are looked up: who learns what a name means learns of the network
 */
export type UrlRefusal = (url: string, mayResolve: boolean) => Promise<string | null>;

/** The same policy as `outboundFetch` has, asked before anything is. */
export function urlRefusal(policy: AddressPolicy, resolve?: Resolve): UrlRefusal {
  const lookup = guardedLookup(policy, resolve);
  return async (url, mayResolve) => {
    if (!URL.canParse(url)) return null;
    const { hostname } = new URL(url);
    const refused = hostRefusal(policy, hostname);
    if (refused !== null || !mayResolve) return refused?.message ?? null;
    return new Promise((done) => {
      const timer = setTimeout(() => done(null), RESOLVE_MS);
      lookup(hostname, { all: true }, (error) => {
        clearTimeout(timer);
        done(error instanceof AddressRefusedError ? error.message : null);
      });
    });
  };
}

import { Agent, fetch as undiciFetch } from 'undici';
import { keepUrlSecret } from '#libs/kernel';
import { followingConnector } from './following-connector.ts';
import type { SecureNow } from '#libs/tls';
import { type AddressPolicy, guardedLookup, hostRefusal, type Resolve } from '#libs/addresses';

export type OutboundFetch = typeof fetch;

const CONNECT_MS = 5_000;

/**
 * `fetch` that connects only where the policy lets it: an address is checked in the connection's own look-up,
 * so neither a redirect nor a name that changes its mind gets past. Every URL that somebody else has given
 * us is asked through it.
 * @param secure whom it trusts and what it shows of itself over `https`, where that is not as Node.js has it
 */
export function outboundFetch(
  policy: AddressPolicy,
  resolve?: Resolve,
  secure: SecureNow = () => undefined,
): OutboundFetch {
  const connect = followingConnector(secure, { timeout: CONNECT_MS, lookup: guardedLookup(policy, resolve) });
  const dispatcher = new Agent({
    connect: (options, done) => {
      // Node looks up no name where the host is an address.
      const refused = hostRefusal(policy, options.hostname);
      if (refused) done(refused, null);
      else connect(options, done);
    },
  });
  return ((url: string, init: RequestInit = {}) => {
    // What goes wrong there is said, and may name the URL.
    keepUrlSecret(String(url));
    return undiciFetch(url, { redirect: 'error', ...init, dispatcher } as never);
  }) as never;
}

/** Why a request failed, in words for whoever gave the URL: "fetch failed" is no reason, its cause is. */
export function reasonOf(error: unknown): string {
  const { name, message, cause } = failureOf(error) ?? { message: String(error) };
  if (name === 'TimeoutError') return 'it has not answered in time';
  const inner = failureOf(cause);
  // Where several addresses were tried, the message is empty.
  return inner?.message || inner?.code || message || 'nobody knows why';
}

interface Failure {
  readonly name?: string;
  readonly message: string;
  readonly code?: string;
  readonly cause?: unknown;
}

/** By what it has: an error may come from another realm. */
const failureOf = (error: unknown): Failure | null =>
  typeof error === 'object' && error !== null && 'message' in error ? (error as Failure) : null;

import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { SecureNow } from '#libs/tls';

/** How connections to model servers are made. */
export interface Dial {
  /** Finds the addresses of a name, and refuses those that may not be connected to. */
  readonly lookup: LookupFunction;
  /** Of this installation, for `https`; asked at each handshake. */
  readonly secure: SecureNow;
  /** From 0 to 1, without 1: draws addresses, and ages of connections. */
  readonly random: () => number;
}

/** For `tls.connect`. */
export function contextOf({ secure }: Dial): { secureContext?: SecureContext } {
  const secureContext = secure();
  return secureContext ? { secureContext } : {};
}

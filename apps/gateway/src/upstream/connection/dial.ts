import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';

/** How connections to model servers are made. */
export interface Dial {
  /** Finds the addresses of a name, and refuses those that may not be connected to. */
  readonly lookup: LookupFunction;
  /** Of this installation, for `https`; `undefined`: as Node.js does by itself. */
  readonly secureContext: SecureContext | undefined;
  /** From 0 to 1, without 1: draws addresses, and ages of connections. */
  readonly random: () => number;
}

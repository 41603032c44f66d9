import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { AddressPolicy } from './address-policy.ts';

/** The policy does not let us connect there. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
  readonly code = 'ERR_ADDRESS_REFUSED';

  constructor(host: string, address: string, because: string) {
    super(`${host === address ? address : `${host} (${address})`} may not be connected to: ${because}`);
  }
}

/** Resolves a name; the same as `dns.lookup` with `all`. */
export type Resolve = (
  host: string,
  options: { readonly all: true; readonly family?: number | undefined },
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

/**
 * A look-up for `net.connect`: what it returns is what is connected to, so a name cannot point elsewhere
 * between check and connection. One refused address among the answers refuses the name.
 * An IP address as host is never looked up by Node: ask `hostRefusal` first.
 */
export function guardedLookup(policy: AddressPolicy, resolve: Resolve = lookup as Resolve): LookupFunction {
  return (host, { family, all }, done) => {
    resolve(host, { all: true, family: typeof family === 'number' ? family : 0 }, (error, found) => {
      const failed = error ?? refusalAmong(policy, host, found);
      if (failed) return done(failed, '', 0);
      if (all === true) return done(null, found as never);
      done(null, found[0]?.address ?? '', found[0]?.family ?? 0);
    });
  };
}

/** Why a host that is an IP address may not be connected to; `null`: it may, or it is a name. */
export function hostRefusal(policy: AddressPolicy, host: string): AddressRefusedError | null {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare.replace(/%.*$/, '')) === 0) return null;
  const because = policy.refusal(bare);
  return because === null ? null : new AddressRefusedError(bare, bare, because);
}

function refusalAmong(
  policy: AddressPolicy,
  host: string,
  found: readonly LookupAddress[],
): NodeJS.ErrnoException | null {
  if (found.length === 0) return Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
  for (const { address } of found) {
    const because = policy.refusal(address);
    if (because !== null) return new AddressRefusedError(host, address, because);
  }
  return null;
}

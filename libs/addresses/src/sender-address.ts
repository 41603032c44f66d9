import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What stands where no address is known: the peer has left, or connected by a Unix socket. */
export const UNKNOWN_SENDER = 'unknown';

/**
 * Finds the address that sent a request. It is the peer's, unless the peer is a proxy that we trust: then it is what that
 * proxy has added at the end of `X-Forwarded-For`, and so on, to the first address that is none of a trusted proxy.
 * What cannot be read as an address ends the search, as what stands left of it may be anybody's word.
 * @param trusted CIDRs of the proxies
 * @returns by the peer's address and the header (several lines of it in their order, joined by commas): an address in one
 *   way of writing, IPv4 never as IPv6, without port and zone; `UNKNOWN_SENDER` where there is none
 */
export function senderAddress(
  trusted: readonly string[],
): (peer: string | undefined, forwardedFor: string | undefined) => string {
  const networks = trusted.map(networkOf);
  const isTrusted = (address: Address): boolean =>
    networks.some(
      ([network, bits]) => network.kind() === address.kind() && address.match(network as never, bits),
    );
  return (peer, forwardedFor) => {
    let sender = peer === undefined ? null : readAddress(peer);
    if (sender === null) return UNKNOWN_SENDER;
    const said = forwardedFor === undefined || networks.length === 0 ? [] : forwardedFor.split(',');
    for (const entry of said.reverse()) {
      if (!isTrusted(sender)) break;
      if (entry.trim() === '') continue;
      const before = readAddress(entry.trim());
      if (before === null) break;
      sender = before;
    }
    return sender.toString();
  };
}

/**
 * What a limit for each address counts by: an IPv6 network of 64 bits, as its owner has all of them, else the address.
 * @param address as `senderAddress` gives it
 */
export function networkToLimit(address: string): string {
  if (isIP(address) !== 6) return address;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString()}/64`;
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`, `fe80::1%eth0`; `null`: anything else. */
function readAddress(text: string): Address | null {
  const [, bracketed, dotted] = /^(?:\[([^\]]+)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(text) ?? [];
  const bare = (bracketed ?? dotted ?? text).replace(/%.*$/, '');
  return isIP(bare) === 0 ? null : ipaddr.process(bare);
}

/** A network of IPv4 that is written as IPv6 is one of IPv4, as the addresses in it are. */
function networkOf(cidr: string): readonly [Address, number] {
  const [network, bits] = ipaddr.parseCIDR(cidr);
  return network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= 96
    ? [network.toIPv4Address(), bits - 96]
    : [network, bits];
}

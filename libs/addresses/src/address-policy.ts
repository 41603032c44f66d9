import ipaddr from 'ipaddr.js';

/** Which addresses this installation may connect to on somebody else's word. */
export interface AddressPolicy {
  /** Why not; `null`: it may be connected to. @param address an IP address, as text */
  refusal(address: string): string | null;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

/** Never, whatever is allowed: they reach this machine's or its cloud's own services, or many at once. */
const NEVER = new Set(['unspecified', 'broadcast', 'multicast', 'linkLocal']);
/** Metadata and host services of clouds outside link-local: AWS, Alibaba, Oracle, Azure. */
const METADATA = ['fd00:ec2::254/128', '100.100.100.200/32', '192.0.0.192/32', '168.63.129.16/32'].map(
  (cidr) => ipaddr.parseCIDR(cidr),
);
/** IPv6 that stands for an IPv4 address in its last 32 bits: NAT64 (RFC 6052), and the deprecated IPv4-compatible form. */
const CARRIES_IPV4 = ['64:ff9b::/96', '::/96'].map((cidr) => ipaddr.parseCIDR(cidr));
/** The same in other ways; nothing that we need lives there. */
const TUNNELS = new Set(['6to4', 'teredo', 'rfc6145', 'rfc6052']);

/**
 * Public addresses, and those of the operator's list, but for what is never allowed.
 * @param allowed CIDRs, such as `10.0.0.0/8`
 */
export function addressPolicy(allowed: readonly string[]): AddressPolicy {
  const ranges = allowed.map((cidr): Range => ipaddr.parseCIDR(cidr));
  return {
    refusal(text) {
      const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
      if (!ipaddr.isValid(bare)) return 'it is no IP address';
      return refusalOf(ipaddr.process(bare), ranges);
    },
  };
}

function refusalOf(address: Address, allowed: readonly Range[]): string | null {
  const range = address.range();
  if (NEVER.has(range)) return `${range} addresses are never connected to`;
  if (isIn(address, METADATA)) return 'it is a metadata service';
  if (range !== 'loopback' && isIn(address, CARRIES_IPV4)) {
    const inside = ipaddr.fromByteArray(address.toByteArray().slice(-4));
    return refusalOf(inside, allowed);
  }
  if (TUNNELS.has(range)) return `${range} addresses are never connected to`;
  if (range === 'unicast' || isIn(address, allowed)) return null;
  return `${range} addresses are connected to only where OUTBOUND_ALLOW has them`;
}

function isIn(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some(
    ([network, bits]) => network.kind() === address.kind() && address.match(network as never, bits),
  );
}

import { BadMessage } from './bad-message.ts';

/** `http://host:port/path?query`: scheme, authority and the rest (RFC 3986 §3). */
const ABSOLUTE = /^(https?):\/\/([^/?#]*)(.*)$/i;
/** A name, an IPv4 address or an IPv6 one in brackets, and a port. */
const AUTHORITY = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?$/;

/**
 * Path and query of a request's target (RFC 9112 §3.2). An absolute address is read as its path: who sends it takes this
 * gateway for a proxy, and any server must understand it (§3.2.2). Whose address it is decides nothing, as with `Host`.
 * @param target printable characters without a blank
 * @throws BadMessage for a target that is neither
 */
export function pathOf(target: string): string {
  if (target.startsWith('/')) return target;
  if (target === '*') throw new BadMessage('"*" asks for no model; name a path');
  const [, , authority, rest = ''] = ABSOLUTE.exec(target) ?? [];
  if (authority === undefined)
    throw new BadMessage('the target is neither a path nor an address with http:// or https://');
  // A name before "@" makes one host look like another (RFC 9110 §4.2.4).
  if (authority.includes('@')) throw new BadMessage('the address names a user, which it must not');
  if (!AUTHORITY.test(authority)) throw new BadMessage('the address names no host');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

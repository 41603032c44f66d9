import { originOf } from '../upstream/origin.ts';

/** Where an answer comes from, as the model server and the caller see it. */
export interface AnswerPlace {
  /** Of the replica that gave the answer. */
  readonly servingUrl: string;
  /** All of the version's serving URLs; left out: that one is. */
  readonly servingUrls?: readonly string[];
  /** Path and query below the serving URL that was asked for. */
  readonly rest: string;
  readonly model: string;
}

/**
 * What stands before the address in a Refresh header. No two repeated parts meet: where they do, a value of blanks costs
 * the square of its length.
 */
const REFRESH = /^\s*(?:[\d.]+\s*)?[;,]\s*url\s*=\s*/i;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * `Location`, `Content-Location` and `Refresh` as the caller can use them, as nginx's `proxy_redirect default` does: an
 * address below the serving URL becomes the gateway's for that model; a foreign one is left as it is. Pure.
 * @param places names and values in turn
 * @returns the same without those that name the model server outside of its serving URL: nobody can follow them here,
 * and they would only tell callers an address inside the network
 */
export function mapPlaces(places: readonly string[], at: AnswerPlace): string[] {
  const mapped: string[] = [];
  for (let i = 0; i + 1 < places.length; i += 2) {
    const [name, value] = [places[i] ?? '', places[i + 1] ?? ''];
    const refresh = name.length === 7 ? readRefresh(value) : null;
    // A Refresh without an address names the page itself.
    const to = name.length === 7 && !refresh ? value : mapAddress(refresh?.address ?? value, at);
    if (to === null) continue;
    mapped.push(name, refresh ? `${refresh.before}${refresh.quote}${to}${refresh.quote}` : to);
  }
  return mapped;
}

/** The value of a Refresh header: seconds, and an address in quotes or without; `null`: it has none. */
function readRefresh(value: string): { before: string; quote: string; address: string } | null {
  const before = REFRESH.exec(value)?.[0];
  if (before === undefined) return null;
  const rest = value.slice(before.length).trimEnd();
  const quote = rest.length > 1 && rest.endsWith(rest[0] ?? '') && /^["']/.test(rest) ? (rest[0] ?? '') : '';
  return { before, quote, address: rest.slice(quote.length, rest.length - quote.length) };
}

function mapAddress(
  address: string,
  { servingUrl, servingUrls = [], rest, model }: AnswerPlace,
): string | null {
  if (address === '') return address;
  const { base: askedBase, key } = originOf(servingUrl);
  const asked = `${key}${askedBase}${rest}`;
  if (!URL.canParse(address, asked)) return address;
  const url = new URL(address, asked);
  const { pathname } = url;
  // A replica may name another one: any of them may answer there.
  const own = [servingUrl, ...servingUrls].filter((one) => isSameServer(url, new URL(one)));
  if (own.length === 0) return address;
  for (const { base, query } of own.map(originOf))
    if (pathname === base || pathname.startsWith(`${base}/`))
      return `/models/${encodeURIComponent(model)}${pathname.slice(base.length)}${withoutQuery(url.search, query)}${url.hash}`;
  return null;
}

/** The serving URL's own query, which may hold a key, is asked with every request anyway: callers are not told it. */
function withoutQuery(search: string, query: string): string {
  if (query === '' || !search.startsWith(`?${query}`)) return search;
  const rest = search.slice(1 + query.length);
  if (rest !== '' && !rest.startsWith('&')) return search;
  return rest.length > 1 ? `?${rest.slice(1)}` : '';
}

/** The same host and port; http and https on their own ports are the same server, as one behind TLS often says http. */
function isSameServer(one: URL, other: URL): boolean {
  const portOf = ({ protocol, port }: URL): string => port || (DEFAULT_PORTS[protocol] ?? '?');
  // A dot at its end says only that the name is whole.
  const nameOf = ({ hostname }: URL): string => hostname.replace(/\.$/, '');
  if (nameOf(one) !== nameOf(other)) return false;
  return (
    portOf(one) === portOf(other) || (one.port === '' && other.port === '' && one.protocol in DEFAULT_PORTS)
  );
}

import { type RouteTarget, urlsOf } from '#libs/traffic';

/** Where a version answers, as far as Envoy can go there. */
export interface ServingPlace {
  readonly isSecure: boolean;
  readonly addresses: readonly ServingAddress[];
  /** Comes before what is asked for, without a slash at its end. */
  readonly path: string;
}

export interface ServingAddress {
  readonly host: string;
  readonly port: number;
  /** A number, not a name: nothing needs to be looked up. */
  readonly isNumeric: boolean;
  /** What its server is called in the `Host` of requests: with the port, unless that is the scheme's own. */
  readonly authority: string;
}

/** What of a version's serving URLs Envoy cannot be told. */
export type PlaceLimit = 'mixed_schemes' | 'mixed_paths' | 'query_in_url' | 'user_in_url';

/** Reads a version's serving URLs. */
export function servingPlaceOf(target: Pick<RouteTarget, 'url' | 'urls'>): ServingPlace | PlaceLimit {
  const urls = urlsOf(target).map((url) => new URL(url));
  if (urls.some(({ search }) => search !== '')) return 'query_in_url';
  if (urls.some(({ username, password }) => username + password !== '')) return 'user_in_url';
  if (new Set(urls.map(({ protocol }) => protocol)).size > 1) return 'mixed_schemes';
  const paths = new Set(urls.map(({ pathname }) => pathname.replace(/\/+$/, '')));
  if (paths.size > 1) return 'mixed_paths';
  const isSecure = urls.every(({ protocol }) => protocol === 'https:');
  return {
    isSecure,
    addresses: urls.map(({ hostname, port, host }) => ({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (isSecure ? 443 : 80) : Number(port),
      authority: host,
      isNumeric: hostname.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(hostname),
    })),
    path: [...paths].join(''),
  };
}

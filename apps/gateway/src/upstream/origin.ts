import { keepUrlSecret, shownUrl } from '#libs/kernel';

/** Where connections go to. */
export interface Origin {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** The value of the Host header. */
  readonly authority: string;
  /** Path of the serving URL without a slash at its end. */
  readonly base: string;
  /** Of the serving URL, for every request; empty: none. */
  readonly query: string;
  /** What connections are shared by. */
  readonly key: string;
  /** The serving URL itself. */
  readonly url: string;
}

/**
 * Takes a serving URL apart.
 * @throws TypeError when it is none of http or https
 */
export function originOf(servingUrl: string): Origin {
  keepUrlSecret(servingUrl);
  const url = new URL(servingUrl);
  const secure = url.protocol === 'https:';
  if (!secure && url.protocol !== 'http:')
    throw new TypeError(`not a serving URL of http or https: ${shownUrl(servingUrl)}`);
  return {
    secure,
    // net wants IPv6 addresses without their brackets.
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    authority: url.host,
    base: url.pathname.replace(/\/+$/, ''),
    query: url.search.slice(1),
    key: url.origin,
    url: servingUrl,
  };
}

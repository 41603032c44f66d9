import { parse, serialize } from 'cookie';
import type { FastifyRequest } from 'fastify';
import { basePathOf, DomainError } from '#libs/kernel';

/** Where a browser sends our cookies to. */
export interface CookiePlace {
  /** Browsers come over https: a plain cookie could have been set by a neighbour of this host. */
  readonly secure: boolean;
  /** The path of the public URL: what else is on the host is not sent them. Empty: all of it is ours. */
  readonly base: string;
}

export const cookiePlaceOf = (publicUrl: string): CookiePlace => ({
  secure: publicUrl.startsWith('https:'),
  base: basePathOf(publicUrl),
});

/**
 * With the `__Host-` prefix a browser takes it over https only, for this very host; that needs the path `/`. Below a
 * path it is `__Secure-`: over https only.
 */
const nameAt = ({ secure, base }: CookiePlace): string =>
  secure ? `${base === '' ? '__Host-' : '__Secure-'}understudy` : 'understudy';

/** The secret of the session that a request's cookies name; `null`: none. */
export function sessionOf(cookies: string | undefined, place: CookiePlace): string | null {
  if (cookies === undefined) return null;
  const read = parse(cookies);
  return read[nameAt(place)] ?? null;
}

/** @param seconds how long the browser keeps it; 0: it forgets it now */
export function sessionCookie(secret: string, seconds: number, place: CookiePlace): string {
  return cookie(nameAt(place), secret, seconds, place);
}

/** Not for scripts, and not for requests that other sites make. */
export function cookie(name: string, value: string, seconds: number, { secure, base }: CookiePlace): string {
  const path = base || '/';
  return serialize(name, value, { httpOnly: true, sameSite: 'lax', path, maxAge: seconds, secure });
}

/**
 * A browser sends cookies along with what other sites ask it to do: a change is taken from our own pages only.
 * @throws DomainError `foreign_page`
 */
export function assertOwnPage({ method, headers }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return;
  const site = headers['sec-fetch-site'];
  const isOwn =
    typeof site === 'string'
      ? site === 'same-origin'
      : headers.origin !== undefined &&
        URL.canParse(headers.origin) &&
        new URL(headers.origin).host === headers.host;
  if (!isOwn)
    throw new DomainError(
      'forbidden',
      'foreign_page',
      'A session changes things from the pages of this server only. Scripts use a token instead.',
    );
}

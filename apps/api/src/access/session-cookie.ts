import { parse, serialize } from 'cookie';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '#libs/kernel';

/** With the `__Host-` prefix a browser takes it over https only, for this very host. */
const NAMES = { secure: '__Host-understudy', plain: 'understudy' } as const;

/**
 * The secret of the session that a request's cookies name; `null`: none.
 * @param secure browsers come over https: a plain cookie could have been set by a neighbour of this host
 */
export function sessionOf(cookies: string | undefined, secure: boolean): string | null {
  if (cookies === undefined) return null;
  const read = parse(cookies);
  return read[secure ? NAMES.secure : NAMES.plain] ?? null;
}

/** @param seconds how long the browser keeps it; 0: it forgets it now */
export function sessionCookie(secret: string, seconds: number, secure: boolean): string {
  return cookie(secure ? NAMES.secure : NAMES.plain, secret, seconds, secure);
}

/** Not for scripts, and not for requests that other sites make. */
export function cookie(name: string, value: string, seconds: number, secure: boolean): string {
  return serialize(name, value, { httpOnly: true, sameSite: 'lax', path: '/', maxAge: seconds, secure });
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

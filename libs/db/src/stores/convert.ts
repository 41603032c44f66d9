import { DomainError, type Instant } from '#libs/kernel';

export const toInstant = (date: Date): Instant => date.getTime();
export const toInstantOrNull = (date: Date | null): Instant | null => date && date.getTime();
export const toDateOrNull = (instant: Instant | null): Date | null =>
  instant === null ? null : new Date(instant);

/** Page tokens are opaque to callers: the last row's key. */
export function encodePageToken(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/** @throws DomainError when the token was not made by `encodePageToken` */
export function decodePageToken(token: string | null, pattern: RegExp): string | null {
  if (token === null) return null;
  const key = Buffer.from(token, 'base64url').toString();
  if (pattern.test(key)) return key;
  throw new DomainError(
    'malformed',
    'page_token_invalid',
    'The pageToken is not one that this list gave out. Start again without it.',
  );
}

/** Cuts a list that was read one longer than the page. */
export function toPage<T>(
  rows: readonly T[],
  pageSize: number,
  keyOf: (row: T) => string,
): { items: T[]; nextPageToken: string | null } {
  const items = rows.slice(0, pageSize);
  const last = items.at(-1);
  return {
    items,
    nextPageToken: rows.length > pageSize && last !== undefined ? encodePageToken(keyOf(last)) : null,
  };
}

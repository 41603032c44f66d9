import type { Instant } from '#libs/kernel';
import { assertKey, type KeyPart } from './page-key.ts';

export const toInstant = (date: Date): Instant => date.getTime();
export const toInstantOrNull = (date: Date | null): Instant | null => date && date.getTime();
export const toDateOrNull = (instant: Instant | null): Date | null =>
  instant === null ? null : new Date(instant);

/** Page tokens are opaque to callers: the last row's key. */
export function encodePageToken(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/**
 * @returns the key's parts; the last one takes the rest of it
 * @throws DomainError when the token was not made by `encodePageToken`, of a key of these kinds
 */
export function decodePageToken(token: string | null, kinds: readonly KeyPart[]): readonly string[] | null {
  if (token === null) return null;
  const words = Buffer.from(token, 'base64url').toString().split(' ');
  const parts = [...words.slice(0, kinds.length - 1), words.slice(kinds.length - 1).join(' ')];
  assertKey(parts, kinds);
  return parts;
}

/** Where a list that is in the order of its writing goes on: behind the row of this number. */
export interface Behind {
  readonly sequence: string | null;
  /** Of a token of before 2026-11-29: its row instead, by its id. To go with the release after. */
  readonly id: string | null;
}

/** @throws DomainError as `decodePageToken` */
export function decodeBehind(token: string | null): Behind | null {
  if (token === null) return null;
  const isOfBefore = Buffer.from(token, 'base64url').toString().includes(' ');
  const [first = null, id = null] = decodePageToken(token, isOfBefore ? ['micros', 'uuid'] : ['long']) ?? [];
  return isOfBefore ? { sequence: null, id } : { sequence: first, id: null };
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

import { DomainError, isStorableText } from '#libs/kernel';

/** What a row's key in a page token consists of; `millis` and `micros` are instants since 1970. */
export type KeyPart = 'text' | 'int' | 'long' | 'millis' | 'micros' | 'uuid';

const MOST_INT = 2 ** 31 - 1;
const FITS: Readonly<Record<KeyPart, (text: string) => boolean>> = {
  text: isStorableText,
  int: (text) => /^-?\d{1,10}$/.test(text) && Math.abs(Number(text)) <= MOST_INT,
  // Shorter than what a bigint can hold.
  long: (text) => /^\d{1,18}$/.test(text),
  // Shorter than what PostgreSQL's and JavaScript's times can hold.
  millis: (text) => /^\d{1,15}$/.test(text),
  micros: (text) => /^-?\d{1,17}$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text),
};

/**
 * A page token comes back from outside, and may be anything: every part is one that a query can take, or the token is
 * refused. Pure.
 * @throws DomainError `page_token_invalid`
 */
export function assertKey(parts: readonly string[], kinds: readonly KeyPart[]): void {
  if (parts.length === kinds.length && kinds.every((kind, i) => FITS[kind](parts[i] ?? ''))) return;
  throw new DomainError(
    'malformed',
    'page_token_invalid',
    'The pageToken is not one that this list gave out. Start again without it.',
  );
}

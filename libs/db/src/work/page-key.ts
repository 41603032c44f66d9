import { DomainError, isStorableText } from '#libs/kernel';

/** What a row's key in a page token consists of; `millis` and `micros` are instants since 1970. */
export type KeyPart = 'text' | 'int' | 'millis' | 'micros' | 'uuid';

const MOST_INT = 2 ** 31 - 1;
const FITS: Readonly<Record<KeyPart, (text: string) => boolean>> = {
  text: isStorableText,
  int: (text) => /^-?\d{1,10}$/.test(text) && Math.abs(Number(text)) <= MOST_INT,
  // Shorter than what PostgreSQL's and JavaScript's times can hold.
  millis: (text) => /^\d{1,15}$/.test(text),
  micros: (text) => /^-?\d{1,17}$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text),
};

/** SQL of an instant in microseconds, and back: milliseconds, as JavaScript has them, do not say where among those of one a row stands. */
export const microsOf = (column: string): string => `(extract(epoch FROM ${column}) * 1000000)::bigint::text`;
export const instantAt = (micros: string): string =>
  `timestamptz 'epoch' + CAST(${micros} AS bigint) * interval '1 microsecond'`;

/** Microseconds since 1970 have more digits from 1973 on, milliseconds from the year 5138 on. */
const MOST_MILLIS_DIGITS = 14;

/**
 * A `micros` part in microseconds. Lists of rollouts, release groups and deliveries gave out milliseconds until 2026-11-28: such a token goes on
 * at the end of its millisecond, so that rows of it may come again, and none is left out. To go with the release after. Pure.
 */
export const toMicros = (text: string): string => (text.length > MOST_MILLIS_DIGITS ? text : `${text}999`);

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

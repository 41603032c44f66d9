import type { NotRead } from '../not-read.ts';

/** A peer's JSON, or why it is not read. */
export type ParsedJson =
  { readonly value: unknown; readonly why: null } | { readonly value: undefined; readonly why: NotRead };

const BACKSLASH = 92;

/** Where the string that begins at `start` ends (at its quote), or the text. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    // An even number of backslashes: none of them belongs to the quote.
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

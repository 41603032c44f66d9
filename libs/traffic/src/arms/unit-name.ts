import { murmur3 } from './murmur3.ts';

/** A unit is a name, not a document: what is longer goes by its hash. Characters. */
export const LONGEST_UNIT = 1_000;
const SEEDS = [0, 1, 2, 3];
// A mark at the beginning is a character, as it is in JSON.
// eslint-disable-next-line no-restricted-syntax -- a header's value, not a body
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BLANKS_BEFORE = /^[\t\n\v\f\r ]+/;
/** From where blanks begin, once: a look at each blank of a long row of them would cost the square of its length. */
const BLANKS_AFTER = /(?<![\t\n\v\f\r ])[\t\n\v\f\r ]+$/;
const BEYOND_ASCII = /[\u0080-\u00ff]/;
const BEYOND_LATIN1 = /[^\0-\u00ff]/;

/**
 * What a caller says of itself, without ASCII blanks and line ends around it: a header cannot carry them (RFC 9110 §5.5), so a name that is
 * written with them elsewhere (JSON, a list, feedback) would be one that no header can say. Not `trim`: languages differ in what else it takes away.
 */
export const callerText = (text: string): string => text.replace(BLANKS_BEFORE, '').replace(BLANKS_AFTER, '');

/**
 * What a unit is called everywhere: in gateways, lists of units, feedback and `resolve`. A session cookie of 1,100 characters names its session
 * as well as a short one; cut off or left out, one session would be several.
 * @returns the unit as `callerText` has it, or of a longer one `long:<128 bits of MurmurHash3 in hexadecimal>:<its length>`; empty for blanks, which name nobody
 */
export function unitName(text: string): string {
  const unit = callerText(text);
  if (unit.length <= LONGEST_UNIT) return unit;
  const hash = SEEDS.map((seed) => murmur3(unit, seed).toString(16).padStart(8, '0')).join('');
  return `long:${hash}:${unit.length}`;
}

/**
 * The text of a header's value. Field values are bytes, which Node and our own reader hand on as Latin-1 (RFC 9110 §5.5); what is UTF-8 is
 * read so, as it is in JSON: `zoë` is one unit wherever it is named.
 */
export function headerText(value: string): string {
  if (!BEYOND_ASCII.test(value) || BEYOND_LATIN1.test(value)) return value;
  try {
    return UTF8.decode(Uint8Array.from(value, (one) => one.charCodeAt(0)));
  } catch {
    return value;
  }
}

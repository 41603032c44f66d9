import { endOfString, type ParsedJson } from './json-text.ts';
import { parseExactly } from './parse-exactly.ts';

/** JSON of a peer that is deeper than this is not read: whatever walks a value may rely on it. */
export const DEEPEST_JSON = 64;

/** Bytes that values take once they are parsed, roughly, on a 64-bit machine: V8's objects, not their text. */
const OBJECT_BYTES = 300; // with a shape of its own, as an attacker makes it
const ARRAY_BYTES = 48;
export const VALUE_BYTES = 24;
/** A text of 8 MB can become 400 MB of objects; so much of them is read at most. */
const MOST_PARSED_BYTES = 48 * 1024 * 1024;
/** Integers of fewer digits are numbers exactly. */
const INEXACT_DIGITS = 16;

/** What a character outside of strings is to the scan, by its code: most are nothing to it. */
const [QUOTE, OPEN_LIST, OPEN_OBJECT, CLOSE, COMMA, COLON] = [1, 2, 3, 4, 5, 6] as const;
const KINDS = new Uint8Array(128);
for (const [character, kind] of [
  ...([
    ['"', QUOTE],
    ['[', OPEN_LIST],
    ['{', OPEN_OBJECT],
    [']', CLOSE],
    ['}', CLOSE],
  ] as const),
  ...([
    [',', COMMA],
    [':', COLON],
  ] as const),
] as const)
  KINDS[character.charCodeAt(0)] = kind;

/** Bytes of memory that parsed values may still take, roughly. */
export interface ParseBudget {
  left: number;
}
export const newBudget = (): ParseBudget => ({ left: MOST_PARSED_BYTES });

/**
 * Parses JSON that a peer wrote: to a bounded depth, and to a bounded size in memory. Its cost is linear in the text.
 * It is read as `JSON.parse` does (of equal keys the last counts), and besides: Python's `NaN`, `Infinity` and
 * `-Infinity` are numbers, and integers that no number holds exactly are `bigint`.
 * @param budget what several texts that are kept together may take; it is spent
 */
export function parseJson(text: string, budget?: ParseBudget): ParsedJson {
  const parsed = budget === undefined ? parseSmall(text) : null;
  if (parsed !== null) return parsed;
  const seen = scan(text, budget ?? newBudget());
  if (seen.why !== null) return { value: undefined, why: seen.why };
  try {
    if (!seen.isInexact) return { value: JSON.parse(text) as unknown, why: null };
  } catch {
    if (!text.includes('NaN') && !text.includes('Infinity')) return { value: undefined, why: 'no_json' };
  }
  return parseExactly(text);
}

/** The least integer of so many digits. Whatever is below it, on either side of zero, was read exactly. */
const LEAST_INEXACT = 10 ** (INEXACT_DIGITS - 1);

/**
 * The usual case, which needs no look at each character: were all of a text objects, it would fit; `JSON.parse` itself
 * takes any depth, and rounds any number, so both are looked at afterwards, in what was made of it: numbers are few beside characters
 * (of 64 KB of them 7 to 14 µs, where looking for long rows of digits in the text took 83).
 * @returns `null` where more has to be done to read it, or to say why not
 */
function parseSmall(text: string): ParsedJson | null {
  if (text.length * OBJECT_BYTES > MOST_PARSED_BYTES) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const found = look(value, DEEPEST_JSON);
  if (found === TOO_DEEP) return { value: undefined, why: 'too_deep' };
  return found === MAY_BE_INEXACT ? null : { value, why: null };
}

/** What is found in a value, the worst last. */
const [FINE, MAY_BE_INEXACT, TOO_DEEP] = [0, 1, 2] as const;
type Found = typeof FINE | typeof MAY_BE_INEXACT | typeof TOO_DEEP;

/** @param levels that lists and objects may still be nested; no deeper does it go, whatever a peer has sent */
function look(value: unknown, levels: number): Found {
  if (typeof value === 'number')
    return value < LEAST_INEXACT && value > -LEAST_INEXACT ? FINE : MAY_BE_INEXACT;
  if (typeof value !== 'object' || value === null) return FINE;
  if (levels === 0) return TOO_DEEP;
  let worst: Found = FINE;
  if (Array.isArray(value)) {
    const list = value as readonly unknown[];
    for (let i = 0; i < list.length; i++) {
      const one = list[i];
      // Nearly all of what is long: numbers, which need no call.
      if (typeof one === 'number' && one < LEAST_INEXACT && one > -LEAST_INEXACT) continue;
      const found = look(one, levels - 1);
      if (found === TOO_DEEP) return found;
      if (found > worst) worst = found;
    }
    return worst;
  }
  const object = value as Record<string, unknown>;
  for (const key in object) {
    const found = look(object[key], levels - 1);
    if (found === TOO_DEEP) return found;
    if (found > worst) worst = found;
  }
  return worst;
}

/** Which bound a text exceeds, before anything is made of it, and whether it may hold integers that no number holds. */
function scan(
  text: string,
  budget: ParseBudget,
): { readonly why: 'too_deep' | 'too_large' | null; readonly isInexact: boolean } {
  let [depth, bytes] = [0, 0];
  let isInexact = isLongInteger(text, 0);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const kind = code < 128 ? KINDS[code] : 0;
    if (kind === 0) continue;
    if (kind === QUOTE) {
      i = endOfString(text, i);
      continue;
    }
    if (kind === CLOSE) {
      depth--;
      continue;
    }
    if (kind === OPEN_OBJECT) {
      depth++;
      bytes += OBJECT_BYTES;
    } else {
      if (kind === OPEN_LIST) {
        depth++;
        bytes += ARRAY_BYTES;
      } else if (kind === COMMA) bytes += VALUE_BYTES;
      // Without blanks, the last of so many digits is here, with a sign or without.
      const mayBeLong = text.charCodeAt(i + 1) <= 32 || isDigit(text.charCodeAt(i + INEXACT_DIGITS));
      if (mayBeLong && !isInexact) isInexact = isLongInteger(text, i + 1);
    }
    if (depth > DEEPEST_JSON) return { why: 'too_deep', isInexact };
    if (bytes > budget.left) return { why: 'too_large', isInexact };
  }
  budget.left -= bytes;
  return { why: null, isInexact };
}

/** Does a number with so many digits in front of its point begin here, behind blanks and a sign? */
function isLongInteger(text: string, start: number): boolean {
  let at = start;
  let code = text.charCodeAt(at);
  while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++at);
  if (code === 45) at++;
  // Nearly all numbers are shorter, which their second or their last digit tells.
  if (!isDigit(text.charCodeAt(at + 1)) || !isDigit(text.charCodeAt(at + INEXACT_DIGITS - 1))) return false;
  for (let i = 0; i < INEXACT_DIGITS; i++) if (!isDigit(text.charCodeAt(at + i))) return false;
  return true;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

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

/**
 * The usual case, which needs no look at each character: were all of a text objects, it would fit; `JSON.parse` itself
 * takes any depth, so that is looked at afterwards, and only where there are brackets enough.
 * @returns `null` where more has to be done to read it, or to say why not
 */
function parseSmall(text: string): ParsedJson | null {
  if (text.length * OBJECT_BYTES > MOST_PARSED_BYTES) return null;
  if (hasDigitsInARow(text, INEXACT_DIGITS) && LONG_INTEGER.test(text)) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return mayBeDeep(text) && !isWithin(value, DEEPEST_JSON)
    ? { value: undefined, why: 'too_deep' }
    : { value, why: null };
}

function mayBeDeep(text: string): boolean {
  let opened = 0;
  for (const bracket of ['[', '{'])
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1))
      if (++opened > DEEPEST_JSON) return true;
  return false;
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    for (const one of value as unknown[]) if (!isWithin(one, levels - 1)) return false;
  } else {
    const object = value as Record<string, unknown>;
    for (const key in object) if (!isWithin(object[key], levels - 1)) return false;
  }
  return true;
}

/**
 * Are there so many digits in a row, anywhere? As Boyer and Moore search (CACM 20, 1977): looked at is where such a row would end, and
 * then backwards, so that most characters are never looked at. A regular expression takes twice as long as `JSON.parse`.
 */
export function hasDigitsInARow(text: string, many: number): boolean {
  let end = many - 1;
  let known = -1;
  while (end < text.length) {
    let at = end;
    // Behind `known` are digits, as the last look has seen.
    while (at > known && isDigit(text.charCodeAt(at))) at--;
    if (at === known) return true;
    known = end;
    end = at + many;
  }
  return false;
}

/** Where a number begins with as many digits as make an integer inexact. Strings may look so too. */
const LONG_INTEGER = new RegExp(`(?:^|[\\s:,[])-?\\d{${INEXACT_DIGITS}}`);

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

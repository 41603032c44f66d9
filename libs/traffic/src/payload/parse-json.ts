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

const [QUOTE, COMMA, POINT] = [34, 44, 46];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

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
export function parseJson(text: string, budget: ParseBudget = newBudget()): ParsedJson {
  const seen = scan(text, budget);
  if (seen.why !== null) return { value: undefined, why: seen.why };
  try {
    if (!seen.isInexact) return { value: JSON.parse(text) as unknown, why: null };
  } catch {
    if (!text.includes('NaN') && !text.includes('Infinity')) return { value: undefined, why: 'no_json' };
  }
  return parseExactly(text);
}

/** Which bound a text exceeds, before anything is made of it, and whether it may hold integers that no number holds. */
function scan(
  text: string,
  budget: ParseBudget,
): { readonly why: 'too_deep' | 'too_large' | null; readonly isInexact: boolean } {
  let [depth, bytes] = [0, 0];
  let isInexact = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    switch (code) {
      case QUOTE:
        i = endOfString(text, i);
        continue;
      case OPEN_LIST:
        depth++;
        bytes += ARRAY_BYTES;
        break;
      case OPEN_OBJECT:
        depth++;
        bytes += OBJECT_BYTES;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        continue;
      case COMMA:
        bytes += VALUE_BYTES;
        break;
      default:
        if (isDigit(code)) {
          const end = endOfDigits(text, i);
          // Digits behind a point are no integer; long fractions are what floats look like.
          if (end - i >= INEXACT_DIGITS && text.charCodeAt(i - 1) !== POINT) isInexact = true;
          i = end - 1;
        }
        continue;
    }
    if (depth > DEEPEST_JSON) return { why: 'too_deep', isInexact };
    if (bytes > budget.left) return { why: 'too_large', isInexact };
  }
  budget.left -= bytes;
  return { why: null, isInexact };
}

function endOfDigits(text: string, start: number): number {
  let end = start + 1;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

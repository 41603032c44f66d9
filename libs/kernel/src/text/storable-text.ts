import type { FieldError } from '../domain-error.ts';
import { toPointer } from '../domain-error.ts';

/** Matches half a surrogate pair only: with the flag `u`, a whole pair is one character. */
const HALF_A_PAIR = /\p{Surrogate}/u;
const UNSTORABLE = /\0|\p{Surrogate}/gu;
const REPLACEMENT = '\uFFFD';
/** Deeper than any document of ours; what walks a document does so by recursion. */
const DEEPEST = 64;

/**
 * The nearest text that PostgreSQL (`text`, `jsonb`), UTF-8 and JSON readers keep as it is: NUL and half
 * surrogate pairs become U+FFFD, and what is longer is cut, never within a pair. May be repeated: the result
 * of a result is the same.
 * @param most UTF-16 units of the result; in UTF-8 these are at most three bytes each
 */
export function storableText(text: string, most: number): string {
  // Replaced before it is cut, so that a pair that the cut divides is not taken for half a pair.
  const within = text.length <= most + 1 ? text : text.slice(0, most + 1);
  const whole = within.replace(UNSTORABLE, REPLACEMENT);
  if (whole.length <= most) return whole;
  const cut = whole.slice(0, most);
  return HALF_A_PAIR.test(cut) ? cut.slice(0, -1) : cut;
}

/**
 * The same for a name that becomes a key: never empty, and never `__proto__`, which JSON readers refuse
 * and JavaScript takes for an object's prototype.
 */
export function storableName(text: string, most: number): string {
  const name = storableText(text, most);
  return name === '' || name === '__proto__' ? `(${name || 'empty'})` : name;
}

/** Can this text be stored as it is? */
export const isStorableText = (text: string): boolean => !text.includes('\0') && !HALF_A_PAIR.test(text);

/** Bytes of a text in UTF-8; half a surrogate pair counts as the replacement character that takes its place. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdbff || !isLow(text.charCodeAt(i + 1))) bytes += 3;
    else {
      bytes += 4;
      i++;
    }
  }
  return bytes;
}
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/**
 * Where a document holds what cannot be stored as it is: a NUL character, half a surrogate pair, the key
 * `__proto__`, or more than 64 levels.
 * @returns the first mistake, or `null`
 */
export function unstorableIn(value: unknown, at: readonly (string | number)[] = []): FieldError | null {
  return mistakeIn(value, [...at]);
}

/** @param at where the value is; one array for all of them, so that the work does not grow with the depth */
function mistakeIn(value: unknown, at: (string | number)[]): FieldError | null {
  if (typeof value === 'string') return inText(value, at);
  if (typeof value !== 'object' || value === null) return null;
  if (at.length >= DEEPEST) return { pointer: toPointer([...at]), detail: `nested deeper than ${DEEPEST}` };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      at.push(i);
      const mistake = mistakeIn(value[i], at);
      if (mistake) return mistake;
      at.pop();
    }
    return null;
  }
  for (const [key, item] of Object.entries(value)) {
    const wrong = inKey(key, at);
    if (wrong) return wrong;
    at.push(key);
    const mistake = mistakeIn(item, at);
    if (mistake) return mistake;
    at.pop();
  }
  return null;
}

function inKey(key: string, at: readonly (string | number)[]): FieldError | null {
  // JavaScript would make it the object's prototype, and lose it.
  if (key === '__proto__') return { pointer: toPointer([...at, key]), detail: 'cannot be a key' };
  return inText(key, at);
}

function inText(text: string, at: readonly (string | number)[]): FieldError | null {
  const detail = text.includes('\0')
    ? 'holds a NUL character'
    : HALF_A_PAIR.test(text)
      ? 'holds half a surrogate pair, which is no character'
      : null;
  return detail === null ? null : { pointer: toPointer([...at]), detail };
}

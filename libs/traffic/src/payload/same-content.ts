import type { Content } from './payload.ts';
import { areSameBytes } from './same-bytes.ts';

/**
 * Do two bodies say the same, where no output spec says what counts? JSON by value, sequences value by value, text by
 * its characters, anything else by its bytes; what is of another kind, or not read, is never the same.
 */
export function isSameContent(a: Content, b: Content): boolean {
  if (a.kind === 'value') return b.kind === 'value' && isSameJson(a.value, b.value);
  if (a.kind === 'text') return b.kind === 'text' && a.text === b.text;
  return a.kind === 'bytes' && b.kind === 'bytes' && areSameBytes(a.bytes, b.bytes);
}

/** Deep equality of JSON values; the order of keys does not matter. A loop: whoever answers decides how deep they go. */
function isSameJson(first: unknown, second: unknown): boolean {
  const left: [unknown, unknown][] = [[first, second]];
  for (let pair = left.pop(); pair; pair = left.pop()) {
    const [a, b] = pair;
    if (a === b) continue;
    if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') {
      if (isSameNumber(a, b)) continue;
      return false;
    }
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return false;
    for (const key of keys) {
      if (!Object.hasOwn(b, key)) return false;
      left.push([(a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]]);
    }
  }
  return true;
}

/** Numbers and exact integers are compared exactly; NaN is the same as NaN, as somebody has written it twice. */
function isSameNumber(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Number.isNaN(a) && Number.isNaN(b);
  if (typeof a === 'bigint' && typeof b === 'number') return Number.isInteger(b) && a === BigInt(b);
  return typeof a === 'number' && typeof b === 'bigint' && Number.isInteger(a) && b === BigInt(a);
}

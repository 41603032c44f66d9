/**
 * The name that one value of a payload is: of a class, a unit, a segment. Integers by all their digits, so that ids
 * beyond 2^53 are told apart, whether they were read as numbers or exactly.
 * @returns `null` for lists, objects and `null`, and for NaN and Infinity, which name nothing
 */
export function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? String(BigInt(value)) : String(value);
}

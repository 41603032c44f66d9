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

const NUMBER = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** What `scalarText` calls the number that a text writes as JSON does: `1e21`, `1E+21` and `1000000000000000000000` are one; `null`: it is no number. */
export function numberText(text: string): string | null {
  const found = NUMBER.exec(text);
  if (found === null) return null;
  const isInteger = found[1] === undefined && found[2] === undefined;
  return scalarText(isInteger ? BigInt(text) : Number(text));
}

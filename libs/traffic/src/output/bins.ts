import { storableName } from '#libs/kernel';
import { scalarText } from '../payload/index.ts';

/** The bins of one quantity: of numbers between edges, or of categories. */
export type BinSpec =
  | { readonly kind: 'numbers'; readonly edges: readonly number[] }
  | { readonly kind: 'categories'; readonly categories: readonly string[] };

/** Bins for what a profile has no place for; each counts on its own. */
export const MISSING = '(missing)';
export const INVALID = '(invalid)';
export const OTHER = '(other)';

const LONGEST_NAME = 60;
/** Without a profile, numbers fall into bins that grow by this factor. */
const LOG_FACTOR = Math.log(1.5);
const MOST_DECADES = 40;

/**
 * The bin of a value. Numbers: `0` is below the first edge, `k` at or above the last of k edges.
 * What is absent, of a wrong type, or unknown to the profile has bins of its own.
 */
export function binOf(value: unknown, spec: BinSpec): string {
  if (value === undefined || value === null) return MISSING;
  if (spec.kind === 'categories') {
    const text = scalarText(value);
    return text === null ? INVALID : spec.categories.includes(text) ? binName(text) : OTHER;
  }
  if (typeof value === 'bigint') return binOf(Number(value), spec);
  if (typeof value !== 'number' || !Number.isFinite(value)) return INVALID;
  let bin = 0;
  while (bin < spec.edges.length && value >= (spec.edges[bin] ?? Infinity)) bin++;
  return String(bin);
}

/** The bin of a number where no profile says which: by its sign and magnitude. */
export function magnitudeBin(value: number): string {
  if (value === 0) return '0';
  const step = Math.max(
    -MOST_DECADES,
    Math.min(MOST_DECADES, Math.ceil(Math.log(Math.abs(value)) / LOG_FACTOR)),
  );
  return `${value < 0 ? '-' : '+'}${step}`;
}

/** A category's name as a bin: short, not empty, and storable as it is, whatever the text (`storableName`). */
export const binName = (text: string): string => storableName(text, LONGEST_NAME);

/** The name of a category that a value is; `null` for what can be none. */
export function nameOf(value: unknown): string | null {
  const text = scalarText(value);
  return text === null ? null : binName(text);
}

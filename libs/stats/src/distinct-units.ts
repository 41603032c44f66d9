/** So many of the smallest hashes are kept: below it units are counted exactly, above it to an eighth (one standard error). */
export const MOST_UNIT_HASHES = 64;
const HASHES = 2 ** 32;

/**
 * The union of samples of units by their smallest hashes (k minimum values; Bar-Yossef et al. 2002, "Counting distinct elements in a data
 * stream"). It merges in any order, and an arm has no more than `MOST_UNIT_HASHES`.
 * @param parts whole numbers below 2^32, evenly spread
 */
export function mergeUnits(parts: readonly (readonly number[])[]): readonly number[] {
  const all = new Set(parts.flat());
  return [...all].sort((a, b) => a - b).slice(0, MOST_UNIT_HASHES);
}

/** How many distinct units there were. */
export function distinctUnits(hashes: readonly number[]): number {
  const largest = hashes.at(-1);
  if (hashes.length < MOST_UNIT_HASHES || largest === undefined) return hashes.length;
  return Math.round((hashes.length - 1) / ((largest + 1) / HASHES));
}

/**
 * Distinct units of the candidate that are needed before its safety can be proven, where what is wrong with it may be wrong with a unit as a
 * whole (a session that fails): nothing seen in n units excludes only what happens to more than 3/n of them, at 5 % (the rule of three;
 * Hanley & Lippman-Hand 1983, "If nothing goes wrong, is everything all right?").
 * Never more than 50: from there on the design effect says what goes together, and services with fewer callers than 3/margin are served, too.
 * @param margin a share, above 0
 */
export const fewestUnits = (margin: number): number => Math.min(MOST_ASKED, Math.ceil(3 / margin));
const MOST_ASKED = 50;

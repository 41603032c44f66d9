/** As in `drift.ts`, which needs this file. */
type Bins = Readonly<Record<string, number>>;

/** Bins for names that find no room of their own; a name's is always the same. */
export const OVERFLOW_BINS = 16;
const OVERFLOW = new Set(Array.from({ length: OVERFLOW_BINS }, (_, i) => `(other ${i})`));
const LOOKS_LIKE_ONE = /^\(other \d+\)$/;

/** A name as peers say it: none of theirs is one of these bins, or they would choose what is compared by name. */
export const peersName = (name: string): string => (LOOKS_LIKE_ONE.test(name) ? `"${name}"` : name);

/**
 * Where a name counts that finds no room among a histogram's bins. Which names have room depends on who came first, and is another
 * for each arm, gateway and second; where a name falls to does not. So two histograms can still be compared: `alike`.
 * @returns one of `OVERFLOW_BINS` names; of such a name, the same
 */
export function overflowBin(name: string): string {
  if (OVERFLOW.has(name)) return name;
  // FNV-1a, 32 bits (Fowler, Noll, Vo), over UTF-16 units.
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  // The high bits are mixed better than the low ones.
  return `(other ${((hash >>> 16) ^ hash) & (OVERFLOW_BINS - 1)})`;
}

/** Has some name of this histogram found no room? Then no other name's count is known to be whole. */
const hasOverflow = (bins: Bins): boolean => Object.keys(bins).some((name) => OVERFLOW.has(name));

/**
 * Two histograms by the same bins: as they are while every name had room in both; else each name where it falls to, so that identical
 * streams of two thousand labels look alike whatever had room where.
 */
export function alike(one: Bins, other: Bins): { one: Bins; other: Bins; isFolded: boolean } {
  const isFolded = hasOverflow(one) || hasOverflow(other);
  return isFolded ? { one: folded(one), other: folded(other), isFolded } : { one, other, isFolded };
}

function folded(bins: Bins): Bins {
  const sums = new Map<string, number>();
  for (const [name, count] of Object.entries(bins)) {
    const bin = overflowBin(name);
    sums.set(bin, (sums.get(bin) ?? 0) + count);
  }
  return Object.fromEntries(sums);
}

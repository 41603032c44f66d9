/** A share in basis points: 1 bp = 0.01 %, 10 000 bp = everything. */
export type BasisPoints = number;
export const ALL: BasisPoints = 10_000;

/**
 * Reads a share such as `1%`, `0.25%` or `100%`.
 * @returns whole basis points from 0 to 10 000, or `null` when the text is no such share
 */
export function parsePercent(text: string): BasisPoints | null {
  const match = /^(\d{1,3}(?:\.\d{1,2})?)\s*%$/.exec(text.trim());
  if (!match) return null;
  const points = Math.round(Number(match[1]) * 100);
  return points <= ALL ? points : null;
}

/** Writes basis points for people: 25 -> `0.25%`, 1000 -> `10%`. */
export function formatPercent(points: BasisPoints): string {
  return `${points / 100}%`;
}

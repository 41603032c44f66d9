/**
 * Kendall's tau-b of two score lists of equal length (Kendall 1945): from -1 (reversed) to 1 (same
 * order), with ties accounted for. Quadratic in the length, so callers bound it.
 * @returns `null` when either list is constant or shorter than two, where it is not defined
 */
export function kendallTauB(a: readonly number[], b: readonly number[]): number | null {
  let concordantLess = 0;
  let untiedA = 0;
  let untiedB = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = i + 1; j < a.length; j++) {
      const x = Math.sign((a[i] ?? 0) - (a[j] ?? 0));
      const y = Math.sign((b[i] ?? 0) - (b[j] ?? 0));
      concordantLess += x * y;
      untiedA += x * x;
      untiedB += y * y;
    }
  }
  return untiedA === 0 || untiedB === 0 ? null : concordantLess / Math.sqrt(untiedA * untiedB);
}

/** A share of so many, and its interval at 95 % (Wilson 1927), in per cent. */
function wilson(share: number, of: number): string {
  const z2 = 1.96 ** 2;
  const middle = (share + z2 / (2 * of)) / (1 + z2 / of);
  const half = (1.96 / (1 + z2 / of)) * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of ** 2));
  const percent = (x: number): string => (100 * Math.max(0, x)).toFixed(1);
  return `${percent(share)} % (${percent(middle - half)} to ${percent(middle + half)})`;
}

export const median = (values: readonly number[]): number | null =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;

/** A row of the table in `docs/judgement.md`. @param goods, margins, bads shares of `streams`; `after`: requests of both arms, the median */
export function row(
  rule: string,
  streams: number,
  ends: {
    readonly lost: number;
    readonly promoted: number | null;
    readonly passed: number | null;
    readonly found: number;
    readonly after: number | null;
  },
): string {
  const share = (x: number | null): string => (x === null ? '-' : `${(100 * x).toFixed(0)} %`);
  const passed = ends.passed === null ? '-' : wilson(ends.passed, streams);
  return `| ${rule} | ${wilson(ends.lost, streams)} | ${share(ends.promoted)} | ${passed} | ${share(ends.found)} | ${ends.after ?? '-'} |`;
}
export const HEAD =
  '| rule | good one rolled back | promoted | at the margin passed | harm found | after |\n|---|---|---|---|---|---|';

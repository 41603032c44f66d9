/** One result of a benchmark, as DESIGN 12 wants it. */
export interface Figure {
  readonly bench: string;
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly target: number | null;
  readonly holds: boolean | null;
  readonly runs: number;
  readonly note: string;
}

/** A table for people, then one JSON object a line. */
export function printFigures(figures: readonly Figure[], say: (line: string) => void): void {
  const width = Math.max(...figures.map((f) => f.figure.length));
  for (const { figure, value, unit, target, holds, note } of figures) {
    const aim = target === null ? '' : ` (aim ${target} ${unit}: ${holds ? 'holds' : 'does NOT hold'})`;
    say(`${figure.padEnd(width)}  ${value.toFixed(2).padStart(10)} ${unit}${aim}  ${note}`);
  }
  for (const figure of figures) say(JSON.stringify(figure));
}

/** The value of a rank: the smallest one that at least this share of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

import { printable } from '#libs/kernel';

export type Row = Readonly<Record<string, string | number | null | undefined>>;

const GAP = '   ';

/**
 * Lines up rows below their names. What does not fit is cut in the widest column, so that a row stays a line.
 * @param columns of the terminal
 */
export function table(rows: readonly Row[], columns: number): string {
  const names = Object.keys(rows[0] ?? {});
  const lines = [
    names.map((name) => name.toUpperCase()),
    ...rows.map((row) => names.map((name) => cell(row[name]))),
  ];
  const widths = names.map((_, i) => Math.max(...lines.map((line) => width(line[i] ?? ''))));
  const room = columns - GAP.length * (names.length - 1);
  const over = widths.reduce((sum, one) => sum + one, 0) - room;
  const widest = widths.indexOf(Math.max(...widths));
  if (over > 0) widths[widest] = Math.max(8, (widths[widest] ?? 0) - over);
  return lines
    .map((line) =>
      line
        .map((text, i) => fit(text, widths[i] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

const cell = (value: Row[string]): string =>
  value === null || value === undefined || value === '' ? '–' : printable(String(value));
const width = (text: string): number => [...text].length;

function fit(text: string, to: number): string {
  const letters = [...text];
  return letters.length > to
    ? `${letters.slice(0, to - 1).join('')}…`
    : text + ' '.repeat(to - letters.length);
}

/** How long ago, for people. */
export function ago(iso: string | null | undefined, now: number): string {
  if (!iso) return '–';
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1_000));
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
  ] as const)
    if (seconds >= size) return `${Math.floor(seconds / size)}${unit}`;
  return `${seconds}s`;
}

import type { GatePoint, GateUnit, StepSpan } from '#libs/rollout-view';

/** Figures as they are shown, and as exact as they are known. */
const exact = (value: number | null, scale: number): string =>
  value === null ? '' : String(Number((value * scale).toPrecision(12)));

/** A cell that says what it says in every spreadsheet: no formula begins in it (CWE-1236), no comma ends it. */
const cell = (text: string): string => {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

/** A gate over time as CSV (RFC 4180): its header names the units, times are UTC. */
export function gateCsv(unit: GateUnit, points: readonly GatePoint[], spans: readonly StepSpan[]): string {
  const stepAt = (at: number): string => spans.findLast(({ from }) => from <= at)?.label ?? '';
  const header = [
    'time (UTC)',
    'step',
    ...['seen', 'at least', 'at most', 'allowed'].map((name) => `${name} (${unit.title})`),
  ];
  const rows = points.map(({ at, estimate, lower, upper, margin }) => [
    new Date(at).toISOString(),
    stepAt(at),
    ...[estimate, lower, upper, margin].map((value) => exact(value, unit.scale)),
  ]);
  const [first, ...others] = [header, ...rows].map((row, i) =>
    row.map((text, column) => (i > 0 && column > 1 ? text : cell(text))).join(','),
  );
  return `${[first, ...others].join('\r\n')}\r\n`;
}

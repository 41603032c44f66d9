import { asText } from '#libs/kernel';
import { chartRange } from './chart-range.ts';
import type { GatePoint } from './gate-point.ts';
import type { GateUnit } from './gate-unit.ts';
import type { StepSpan } from './step-spans.ts';

/** What a part of a chart is, by which it is coloured. */
export type ChartPart = 'seen' | 'dot' | 'bar' | 'band' | 'margin' | 'shade' | 'line' | 'quiet';
/** The attributes that colour a part. */
export type Paint = (part: ChartPart) => string;
/** By the classes of a style sheet. */
export const byClass: Paint = (part) => `class="${part}"`;

/** Where on the picture a chart is, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A gate's chart as it is to be drawn. */
export interface ChartDrawn {
  readonly points: readonly GatePoint[];
  readonly unit: GateUnit;
  readonly spans: readonly StepSpan[];
  /** From when to when, in ms since 1970. */
  readonly time: readonly [from: number, to: number];
  readonly paint: Paint;
  /** Size of its letters, in pixels; left out: 14. */
  readonly letters?: number;
  /** Lines across, with a value each; left out: the ends and the middle have a value, and the lower end a line. */
  readonly lines?: number;
}

/** What is left of the chart for its values. */
const AXIS = 90;
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
const at = (value: number): string => String(Math.round(value * 10) / 10);

/** Pure: the estimate of a gate, the interval that closes in on its margin, and the steps behind it, as elements of SVG. */
export function chartSvg(drawn: ChartDrawn, box: Box): string {
  const { points, time, paint } = drawn;
  const [from, to] = time;
  const [low, high] = chartRange(points);
  const [left, right] = [box.x + AXIS, box.x + box.width];
  const across = (ms: number): number =>
    clamp(left + ((ms - from) / Math.max(1, to - from)) * (right - left), left, right);
  const down = (value: number): number =>
    clamp(box.y + box.height * (1 - (value - low) / (high - low)), box.y, box.y + box.height);
  const rule = (value: number, of: ChartPart, more = ''): string =>
    `<line ${paint(of)} x1="${at(left)}" x2="${at(right)}" y1="${at(down(value))}" y2="${at(down(value))}"${more}/>`;
  const margin = points.at(-1)?.margin ?? null;
  return [
    ...stepsOf(drawn, box, across),
    ...valuesOf(drawn, [low, high], left, down).map(({ words, value }, i) =>
      i === 0 || drawn.lines !== undefined ? rule(value, 'line') + words : words,
    ),
    bandOf(points, across, down, paint),
    margin === null ? '' : rule(margin, 'margin', ' stroke-dasharray="8 6" stroke-width="2.5"'),
    ...estimateOf(points, across, down, paint),
  ].join('');
}

type Place = (value: number) => number;

function stepsOf(
  { spans, time, paint, letters = 14 }: ChartDrawn,
  box: Box,
  across: Place,
): readonly string[] {
  return spans.map((span, i) => {
    const [start, end] = [across(span.from), across(span.to ?? time[1])];
    const shade = `<rect ${paint('shade')} x="${at(start)}" y="${at(box.y)}" width="${at(end - start)}" height="${at(box.height)}"/>`;
    const name = `<text ${paint('quiet')} x="${at(start + 6)}" y="${at(box.y + letters + 2)}" font-size="${letters}">${asText(span.label)}</text>`;
    return (i % 2 === 0 ? shade : '') + (end - start > 70 ? name : '');
  });
}

/** The lowest is first. */
function valuesOf(
  { unit, paint, letters = 14, lines = 3 }: ChartDrawn,
  [low, high]: readonly [low: number, high: number],
  left: number,
  down: Place,
): readonly { readonly value: number; readonly words: string }[] {
  return Array.from({ length: lines }, (_, i) => {
    const value = low + ((high - low) * i) / (lines - 1);
    // Within the chart, at its ends too.
    const shift = i === lines - 1 ? 0.85 : i === 0 ? 0 : 0.35;
    const place = `x="${at(left - 10)}" y="${at(down(value) + shift * letters)}" font-size="${letters}" text-anchor="end"`;
    return { value, words: `<text ${paint('quiet')} ${place}>${asText(unit.tick(value))}</text>` };
  });
}

function bandOf(points: readonly GatePoint[], across: Place, down: Place, paint: Paint): string {
  const known = points.filter(({ lower, upper }) => lower !== null && upper !== null);
  if (known.length < 2) return '';
  const over = known.map((point) => `${at(across(point.at))},${at(down(point.upper ?? 0))}`);
  const under = known.toReversed().map((point) => `${at(across(point.at))},${at(down(point.lower ?? 0))}`);
  return `<polygon ${paint('band')} points="${[...over, ...under].join(' ')}"/>`;
}

function estimateOf(
  points: readonly GatePoint[],
  across: Place,
  down: Place,
  paint: Paint,
): readonly string[] {
  const known = points.flatMap((point) =>
    point.estimate === null ? [] : [[across(point.at), down(point.estimate)] as const],
  );
  const last = points.at(-1);
  // Of the last moment by itself, too: there may be only one.
  const bar =
    last && last.lower !== null && last.upper !== null
      ? `<line ${paint('bar')} x1="${at(across(last.at))}" x2="${at(across(last.at))}" y1="${at(down(last.upper))}" y2="${at(down(last.lower))}" stroke-width="4"/>`
      : '';
  const line = known.map(([x, y]) => `${at(x)},${at(y)}`).join(' ');
  const dots = known.map(([x, y]) => `<circle ${paint('dot')} cx="${at(x)}" cy="${at(y)}" r="3.5"/>`);
  return known.length === 0
    ? []
    : [bar, `<polyline ${paint('seen')} points="${line}" fill="none" stroke-width="2.5"/>`, ...dots];
}

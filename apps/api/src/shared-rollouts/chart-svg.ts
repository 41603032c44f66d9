import { chartRange, type GatePoint, type StepSpan } from '#libs/rollout-view';
import { asText } from '../http/problems/as-text.ts';
import type { SharedGate } from './shared-rollout.ts';

/** Where on the picture a chart is, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const AXIS = 90;
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
const at = (value: number): string => String(Math.round(value * 10) / 10);

/**
 * Pure: the estimate of a gate, the interval that closes in on its margin, and the steps behind it, as elements of SVG. Colours are those of
 * the classes `seen`, `dot`, `bar`, `band`, `margin`, `shade`, `line` and `quiet`.
 * @param time from when to when, in ms since 1970
 */
export function chartSvg(
  { points, unit }: Pick<SharedGate, 'points' | 'unit'>,
  spans: readonly StepSpan[],
  [from, to]: readonly [from: number, to: number],
  box: Box,
): string {
  const [low, high] = chartRange(points);
  const left = box.x + AXIS;
  const right = box.x + box.width;
  const across = (ms: number): number =>
    clamp(left + ((ms - from) / Math.max(1, to - from)) * (right - left), left, right);
  const down = (value: number): number =>
    clamp(box.y + box.height * (1 - (value - low) / (high - low)), box.y, box.y + box.height);
  const last = points.at(-1);
  const margin = last?.margin ?? null;
  const shades = spans.flatMap((span, i) => {
    const [start, end] = [across(span.from), across(span.to ?? to)];
    const name =
      end - start > 70
        ? `<text class="quiet" x="${at(start + 6)}" y="${at(box.y + 16)}" font-size="14">${asText(span.label)}</text>`
        : '';
    const isShaded = i % 2 === 0;
    return [
      isShaded
        ? `<rect class="shade" x="${at(start)}" y="${at(box.y)}" width="${at(end - start)}" height="${at(box.height)}"/>`
        : '',
      name,
    ];
  });
  const marks = [high, (high + low) / 2, low].map(
    (value) =>
      `<text class="quiet" x="${at(left - 10)}" y="${at(down(value) + (value === high ? 12 : value === low ? 0 : 5))}" font-size="14" text-anchor="end">${asText(unit.tick(value))}</text>`,
  );
  return [
    ...shades,
    `<line class="line" x1="${at(left)}" x2="${at(right)}" y1="${at(box.y + box.height)}" y2="${at(box.y + box.height)}"/>`,
    ...marks,
    bandOf(points, across, down),
    margin === null
      ? ''
      : `<line class="margin" x1="${at(left)}" x2="${at(right)}" y1="${at(down(margin))}" y2="${at(down(margin))}" stroke-dasharray="8 6" stroke-width="2.5"/>`,
    ...estimateOf(points, across, down),
  ].join('');
}

type Place = (value: number) => number;

function bandOf(points: readonly GatePoint[], across: Place, down: Place): string {
  const known = points.filter(({ lower, upper }) => lower !== null && upper !== null);
  if (known.length < 2) return '';
  const over = known.map((point) => `${at(across(point.at))},${at(down(point.upper ?? 0))}`);
  const under = known.toReversed().map((point) => `${at(across(point.at))},${at(down(point.lower ?? 0))}`);
  return `<polygon class="band" points="${[...over, ...under].join(' ')}"/>`;
}

function estimateOf(points: readonly GatePoint[], across: Place, down: Place): readonly string[] {
  const known = points.flatMap((point) =>
    point.estimate === null ? [] : [[across(point.at), down(point.estimate)] as const],
  );
  const last = points.at(-1);
  // Of the last moment by itself, too: there may be only one.
  const bar =
    last && last.lower !== null && last.upper !== null
      ? `<line class="bar" x1="${at(across(last.at))}" x2="${at(across(last.at))}" y1="${at(down(last.upper))}" y2="${at(down(last.lower))}" stroke-width="4"/>`
      : '';
  const line = known.map(([x, y]) => `${at(x)},${at(y)}`).join(' ');
  const dots = known.map(([x, y]) => `<circle class="dot" cx="${at(x)}" cy="${at(y)}" r="3.5"/>`);
  return known.length === 0
    ? []
    : [bar, `<polyline class="seen" points="${line}" fill="none" stroke-width="2.5"/>`, ...dots];
}

import type { GatePoint } from './gate-point.ts';

const isNumber = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/**
 * The range of values that a gate's chart shows. What it is about is how the estimate stands to the margin, so these decide it: by the later
 * half of the points, as the first few requests can say anything, and their interval is everything. The interval of now is shown as far as it
 * leaves that readable: three quarters of the height at most.
 * @returns lowest and highest value, which differ
 */
export function chartRange(points: readonly GatePoint[]): readonly [low: number, high: number] {
  const later = points.slice(Math.floor(points.length / 2));
  const said = later.flatMap(({ estimate, margin }) => [estimate, margin]).filter(isNumber);
  const [low, high] = said.length === 0 ? [0, 1] : [Math.min(0, ...said), Math.max(0, ...said)];
  const span = high - low || 1;
  const last = points.at(-1);
  const under = isNumber(last?.lower) ? Math.max(last.lower, low - 1.5 * span) : low;
  const over = isNumber(last?.upper) ? Math.min(last.upper, high + 1.5 * span) : high;
  const [from, to] = [Math.min(low, under), Math.max(high, over)];
  const room = 0.08 * (to - from || 1);
  return [from - room, to + room];
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Times along the axis, local and of 24 hours, with seconds where they are less than a minute apart. @param seconds since 1970 */
export function axisTimes(seconds: readonly number[]): readonly string[] {
  const [first = 0, second = first + 60] = seconds;
  return seconds.map((at) => {
    const date = new Date(at * 1_000);
    const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
    return second - first < 60 ? `${minutes}:${two(date.getSeconds())}` : minutes;
  });
}

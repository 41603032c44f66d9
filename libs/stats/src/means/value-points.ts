import { middleOfBucket, type Sketch } from '../quantiles/sketch.ts';

/**
 * Values of a measure on a fixed grid: the point's number (as a decimal string) -> how many values weigh on it. Plain data; it merges by adding.
 */
export type Points = Readonly<Record<string, number>>;

/** The grid has the numbers of two significant digits between 10^-6 and 10^13, their negatives, and 0. */
const GRID: readonly number[] = [
  0,
  ...Array.from({ length: 19 }, (_, decade) =>
    Array.from({ length: 90 }, (_digits, i) => Number(`${i + 10}e${decade - 7}`)),
  ).flat(),
];
const LARGEST = GRID.at(-1) ?? 0;
/** A point's name, as data planes send it. */
export const POINT_NAME = /^-?(?:\d{1,13}|\d\.\d|0\.\d{1,7})$/;
/** All there are: 90 in each decade, of both signs. */
export const MOST_POINTS = 2 * GRID.length - 1;

/**
 * A value's weight on the grid: shared by the two points around it so that their mean is the value ("linear binning": Wand 1994, "Fast
 * computation of multivariate kernel estimators"). So means stay exactly what they are, and a bet on the points never wins more than the same
 * bet on the values: its logarithm is concave in the value, so the chord between two points lies below it. Values beyond the grid count as its end.
 * @throws RangeError for what is not a finite number
 */
export function pointsAround(value: number): readonly (readonly [point: string, weight: number])[] {
  if (!Number.isFinite(value)) throw new RangeError(`points are of finite numbers, not of ${value}`);
  const size = Math.min(Math.abs(value), LARGEST);
  const at = indexBelow(size);
  const [lower, upper] = [GRID[at] ?? 0, GRID[at + 1] ?? Infinity];
  const name = (point: number): string => String(value < 0 && point !== 0 ? -point : point);
  const share = (size - lower) / (upper - lower);
  if (share === 0) return [[name(lower), 1]];
  return [
    [name(lower), 1 - share],
    [name(upper), share],
  ];
}

/** Where the grid's last point is that is at or below. @param size 0 or more */
function indexBelow(size: number): number {
  let [from, to] = [0, GRID.length];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if ((GRID[middle] ?? Infinity) <= size) from = middle;
    else to = middle;
  }
  return from;
}

/** The nearest points at or outside of these numbers: bounds that no value between them crosses. */
export function boundsOnGrid(from: number, to: number): { readonly from: number; readonly to: number } {
  const around = (value: number): number[] => pointsAround(value).map(([point]) => Number(point));
  return { from: Math.min(...around(from)), to: Math.max(...around(to)) };
}

/** The values of a sketch, each at the middle of its bucket: to 1 %. */
export function pointsOfSketch({ buckets }: Sketch): Points {
  const sum: Record<string, number> = {};
  for (const [index, n] of Object.entries(buckets))
    for (const [point, weight] of pointsAround(middleOfBucket(Number(index))))
      sum[point] = (sum[point] ?? 0) + n * weight;
  return sum;
}

export function addPoints(parts: readonly Points[]): Points {
  const sum: Record<string, number> = {};
  for (const points of parts)
    for (const [point, weight] of Object.entries(points)) sum[point] = (sum[point] ?? 0) + weight;
  return sum;
}

/** What has come since: sums of later less those of before. */
export function pointsSince(now: Points, before: Points): Points {
  const left: Record<string, number> = {};
  for (const [point, weight] of Object.entries(now)) {
    const more = weight - (before[point] ?? 0);
    // Weights are rounded.
    if (more > 1e-9 * weight) left[point] = more;
  }
  return left;
}

export const countOfPoints = (points: Points): number => {
  let n = 0;
  for (const weight of Object.values(points)) n += weight;
  return n;
};

/** The points that so large a share of the values, at least, is at or below (above); `null` without any. @param q in (0, 1) */
export function quantilesOfPoints(
  points: Points,
  q: number,
): { readonly lower: number; readonly upper: number } | null {
  const sorted = Object.entries(points)
    .map(([point, weight]): [number, number] => [Number(point), weight])
    .sort(([a], [b]) => a - b);
  const n = countOfPoints(points);
  const upTo = (share: number, all: readonly [number, number][]): number | undefined => {
    let seen = 0;
    return all.find(([, weight]) => (seen += weight) >= share * n * (1 - 1e-12))?.[0];
  };
  const [lower, upper] = [upTo(q, sorted.toReversed()), upTo(q, sorted)];
  return lower === undefined || upper === undefined ? null : { lower, upper };
}

import { z } from 'zod';
import { countOfPoints, short, type Points } from '#libs/stats';

/** What bounds the values of a mean: all lie within a range, or they are cut off at a quantile of both arms' values and at one less it. */
export type ValueBound =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'winsorize'; readonly quantile: number };

/** Sizes of values are known between a millionth and some 10^13. */
const LARGEST = 9e12;
const LEAST_WIDTH = 1e-5;

/** Fields of gates on means. */
export const boundFields = {
  range: z.tuple([z.number().min(-LARGEST).max(LARGEST), z.number().min(-LARGEST).max(LARGEST)]).optional(),
  winsorize: z
    .string()
    .regex(/^p9\d(?:\.\d{1,2})?$/, 'a quantile from p90 to p99.99, such as p99.9')
    .optional(),
};
interface RawBound {
  readonly range?: readonly [number, number] | undefined;
  readonly winsorize?: string | undefined;
}
/** A margin as a share of the range, or the multiple, that values are asked to keep to. */
interface Asked {
  readonly worse: 'higher' | 'lower';
  readonly by?: number;
  readonly ratio?: number;
}

/**
 * What bounds the values of a gate's mean, or what is wrong with it.
 * @param can whether the metric has values below 0
 */
export function boundOf(
  raw: RawBound,
  asked: Asked,
  can: { readonly negative: boolean },
): ValueBound | string | null {
  const { range, winsorize } = raw;
  if (range === undefined && winsorize === undefined) return null;
  if (range !== undefined && winsorize !== undefined)
    return 'give "range", where all values are known to lie within it, or "winsorize", not both';
  if (winsorize !== undefined)
    return { kind: 'winsorize', quantile: Number((Number(winsorize.slice(1)) / 100).toFixed(6)) };
  const [from, to] = range ?? [0, 0];
  if (to - from < LEAST_WIDTH) return `"range" is [lowest, highest] and at least ${LEAST_WIDTH} wide`;
  if (!can.negative && from < 0) return 'no value of this metric is below 0, so "range" begins at 0 or above';
  if (asked.by !== undefined && asked.by >= to - from)
    return `two means within ${from} and ${to} are never more than ${short(to - from)} apart, so nothing could exceed a margin of ${asked.by}: allow less`;
  const { ratio, worse } = asked;
  if (ratio !== undefined && (worse === 'higher' ? from * ratio >= to : from >= to * ratio))
    return `of two means within ${from} and ${to} none is ever ${ratio} times the other: ask for a ratio nearer to 1`;
  return { kind: 'range', from, to };
}

export const boundInDocument = (bound: ValueBound | null): string =>
  bound === null
    ? 'none'
    : bound.kind === 'range'
      ? `range [${bound.from}, ${bound.to}]`
      : `winsorize ${quantileName(bound.quantile)}`;

/** For a plan. */
export const boundInWords = (bound: ValueBound | null): string =>
  bound === null
    ? ''
    : bound.kind === 'range'
      ? `, values within ${bound.from} and ${bound.to}`
      : `, values cut off at ${quantileName(bound.quantile)} of both arms' first ${fewestToWinsorize(bound.quantile)}`;

/** 0.999 as p99.9. */
export const quantileName = (quantile: number): string => `p${Number((100 * quantile).toFixed(4))}`;

/** Values of both arms that a quantile is chosen from: of fewer it says nothing. */
export const fewestToWinsorize = (quantile: number): number =>
  Math.max(200, Math.ceil(1 / (1 - quantile) - 1e-9));

/** Of so many values the sizes are known of nearly all. */
export const areSizesKnown = (points: Points, values: number): boolean =>
  countOfPoints(points) >= 0.99 * values - 0.5;

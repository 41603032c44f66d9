import { alikeInTime, isSlice, middleOfCoarse, type Blocks } from './blocks.ts';

/** How many values one block of an arm has, and their sum. */
interface BlockSum {
  readonly n: number;
  readonly sum: number;
}
export type BlockSums = ReadonlyMap<string, BlockSum>;

/** The blocks of one arm, and the variance of one of its values if each were independent. */
export interface ArmBlocks {
  readonly blocks: BlockSums;
  readonly variance: number;
}

/** A variance from fewer slices than this says nothing. */
const FEWEST_SLICES = 4;

/**
 * How many values stand for one independent one in the difference of two means (or in one mean): its variance by the delete-a-block jackknife
 * over the one of independent values.
 *
 * With M the difference of all values and M(b) the one without block b, the jackknife's variance is (B−1)/B · Σ (M(b) − M)² (Wolter 2007,
 * "Introduction to Variance Estimation", ch. 4; Kott 2001, "The delete-a-group jackknife"). Units are drawn by lot to the arms, and all
 * requests of one are in one group, so groups of units are independent, whatever a unit's requests have in common; and a group that has most
 * of an arm's requests moves M by all that rests on it. Slices of time are the other way in which requests go together (a pause, an outage);
 * both arms lose the same slice at once, so what they have in common cancels. The two variances add, less the one of independent requests
 * that both contain (Cameron, Gelbach, Miller 2011, "Robust inference with multiway clustering").
 *
 * It is never more than where all values of a block were one draw, Σ n(b)²/n of them in an arm (Kish 1965): that is what is taken where an arm
 * rests on one block, of which the jackknife says nothing.
 * @returns 1 or more, finite
 */
export function blockEffect(arms: readonly ArmBlocks[]): number {
  const byUnits = effectOver(arms, (block) => !isSlice(block), 2);
  return Math.max(1, byUnits + sliceEffect(arms) - 1);
}

/** The part of `blockEffect` that is due to what goes together in time. */
const sliceEffect = (arms: readonly ArmBlocks[]): number => effectOver(arms, isSlice, FEWEST_SLICES);

/** The jackknife's variance over that of independent values; 1 where there are fewer than `fewest` blocks. */
function effectOver(arms: readonly ArmBlocks[], isOne: (block: string) => boolean, fewest: number): number {
  const names = new Set<string>();
  for (const { blocks } of arms)
    for (const [name, { n }] of blocks) if (n > 0 && isOne(name)) names.add(name);
  if (names.size < fewest) return 1;
  const whole = arms.map(({ blocks }) => total([...names].map((name) => blocks.get(name) ?? NONE)));
  if (whole.some(({ n }) => n === 0)) return 1;
  const independent = arms.reduce((sum, { variance }, i) => sum + variance / (whole[i] ?? NONE).n, 0);
  if (!(independent > 0)) return 1;
  // As the jackknife has it, for so few draws.
  const most = (effectOfOneDrawEach(arms, names, whole) * names.size) / (names.size - 1);
  let squares = 0;
  for (const name of names) {
    let moved = 0;
    for (const [i, { blocks }] of arms.entries()) {
      const [all, block] = [whole[i] ?? NONE, blocks.get(name) ?? NONE];
      if (block.n >= all.n) return most;
      const change = (all.sum - block.sum) / (all.n - block.n) - all.sum / all.n;
      moved += i === 0 ? change : -change;
    }
    squares += moved ** 2;
  }
  return Math.min((squares * (names.size - 1)) / names.size / independent, most);
}

/**
 * The effect if all values of a block were one draw. A value is taken to vary as in both arms together, where that is more: an arm that rests on
 * one block hides it.
 */
function effectOfOneDrawEach(
  arms: readonly ArmBlocks[],
  names: ReadonlySet<string>,
  whole: readonly BlockSum[],
): number {
  const all = total(whole);
  const pooled = arms.reduce((sum, { variance }, i) => {
    const { n, sum: own } = whole[i] ?? NONE;
    return sum + (n / all.n) * (variance + (own / n - all.sum / all.n) ** 2);
  }, 0);
  let [together, apart] = [0, 0];
  for (const [i, { blocks, variance }] of arms.entries()) {
    const { n } = whole[i] ?? NONE;
    const of = Math.max(variance, pooled);
    for (const name of names) together += of * ((blocks.get(name)?.n ?? 0) / n) ** 2;
    apart += of / n;
  }
  return together / apart;
}

const NONE: BlockSum = { n: 0, sum: 0 };
const total = (sums: readonly BlockSum[]): BlockSum =>
  sums.reduce((all, one) => ({ n: all.n + one.n, sum: all.sum + one.sum }), NONE);

/** An arm's sums by block as they are kept, and the variance of one of its values. */
export interface KeptBlocks {
  /** `n` and `sum` of each; `undefined`: nothing was kept. */
  readonly blocks: Blocks | undefined;
  readonly variance: number;
}

/**
 * How many values stand for one independent one, in the difference of two arms' means or in the mean of one; 1 where nothing was kept. Where
 * one arm alone has kept them, the other is taken to be alike.
 * @param only `time`: where what units have in common is counted otherwise (`independentRates`)
 */
export function meanEffect(arms: readonly KeptBlocks[], only?: 'time'): number {
  const known = arms.flatMap(({ blocks, variance }) => (isKept(blocks) ? [{ blocks, variance }] : []));
  if (known.length === 0) return 1;
  const sums = sumsOfBlocks(known.map(({ blocks }) => blocks)).map((blocks, i) => ({
    blocks,
    variance: known[i]?.variance ?? 0,
  }));
  return only === 'time' ? Math.max(1, sliceEffect(sums)) : blockEffect(sums);
}

export const isKept = (blocks: Blocks | undefined): blocks is Blocks =>
  blocks !== undefined && Object.keys(blocks).length > 0;

/** Sums of a measure by block, of arms that are compared: over the same slices of time. */
function sumsOfBlocks(arms: readonly Blocks[]): readonly BlockSums[] {
  return alikeInTime(arms).map(
    (blocks) =>
      new Map(Object.entries(blocks).map(([name, { n = 0, sum = 0 }]) => [name, { n, sum }] as const)),
  );
}

/** How many times of each block lie above the lower bound of a coarse bucket. */
export function exceedancesOfBlocks(blocks: Blocks, coarse: number): BlockSums {
  return new Map(
    Object.entries(blocks).map(([name, counts]) => {
      let n = 0;
      let sum = 0;
      for (const [bucket, count] of Object.entries(counts)) {
        n += count;
        if (Number(bucket) >= coarse) sum += count;
      }
      return [name, { n, sum }] as const;
    }),
  );
}

/** Sums of times by block, from counts of coarse buckets: to about 6 %. */
export function sumsOfTimes(blocks: Blocks | undefined): Blocks | undefined {
  if (blocks === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(blocks).map(([name, counts]) => {
      let n = 0;
      let sum = 0;
      for (const [bucket, count] of Object.entries(counts)) {
        n += count;
        sum += count * middleOfCoarse(Number(bucket));
      }
      return [name, { n, sum }] as const;
    }),
  );
}

/** The variance of one of so many zeros and ones. */
export const varianceOfRate = (blocks: BlockSums): number => {
  const units = [...blocks].filter(([name]) => !isSlice(name)).map(([, sum]) => sum);
  const { n, sum } = total(units.length > 0 ? units : [...blocks.values()]);
  return n === 0 ? 0 : (sum / n) * (1 - sum / n);
};

import { bucketBounds, bucketIndex } from '../quantiles/sketch.ts';

/** Counts of one block by name: `n` and `sum` of a measure, or how many times fell into each coarse bucket (`coarseBucket`). */
export type BlockCounts = Readonly<Record<string, number>>;

/**
 * What was counted of one measure in each block: groups of units (`u0` to `u31`) and slices of time (`t<level>.<index>`). Each value is in one
 * of each.
 */
export type Blocks = Readonly<Record<string, BlockCounts>>;

/** The names that blocks are kept by, besides those of measures and sketches (`MEASURE`, `SKETCH`). */
export const BLOCKED = { error: 'error', agreed: 'agreed', latency: 'latency' } as const;

/** The shortest slice of time, in seconds. What goes wrong together for less is one event. */
export const SLICE_SECONDS = 1;
/** A slice is as long as it may be: so many times its length lie behind it, or more. */
const SLICES_BEHIND = 8;

export const unitBlock = (group: number): string => `u${group}`;

/** The shortest slice that holds a moment, by its number. @param epochMs milliseconds since 1970 */
export const sliceNumber = (epochMs: number): number => Math.floor(epochMs / 1_000 / SLICE_SECONDS);
/** The same slice by its block's name. */
export const sliceBlock = (number: number): string => `t0.${number}`;
export const sliceAt = (epochMs: number): string => sliceBlock(sliceNumber(epochMs));

/** A slice: `length` times the shortest one, from its `index`-th multiple on. `null`: the block is none. */
export interface Slice {
  readonly level: number;
  readonly index: number;
}

/** A block's name, as data planes may send it: a group of units or a slice of time. */
export const BLOCK_NAME = /^(?:u(?:[12]?\d|3[01])|t(?:1?\d|2[0-6])\.\d{1,12})$/;
export const isSlice = (block: string): boolean => block.startsWith('t');

/** @param block a name of the form `BLOCK_NAME` */
export function sliceOf(block: string): Slice | null {
  if (!isSlice(block)) return null;
  const dot = block.indexOf('.');
  return { level: Number(block.slice(1, dot)), index: Number(block.slice(dot + 1)) };
}

export const beginOf = ({ level, index }: Slice): number => index * 2 ** level;
/** The first shortest slice after it. */
export const endOf = ({ level, index }: Slice): number => (index + 1) * 2 ** level;
/** The end of the newest slice beside which there may be one of this length, in shortest slices. */
export const bornAt = (slice: Slice): number =>
  endOf(slice) + (slice.level === 0 ? 0 : SLICES_BEHIND * 2 ** slice.level);

/**
 * The slice of the same length so many shortest slices later, or as little before that as its length takes (`by` is a multiple of it: exactly). Two slices
 * never become one by it. `null`: there was no such time.
 */
export function sliceLater(slice: Slice, by: number): string | null {
  const index = Math.floor((beginOf(slice) + by) / 2 ** slice.level);
  return index < 0 ? null : `t${slice.level}.${index}`;
}

/** Seconds since 1970 at which a slice ends. */
export const sliceEndSeconds = (slice: Slice): number => endOf(slice) * SLICE_SECONDS;

/**
 * Adds up blocks, and lets slices of time grow with their age, so that their number grows with the logarithm of the time only. Which slices are
 * merged depends on the newest one of their era alone, so the order of adding does not matter.
 */
export function mergeBlocks(parts: readonly Blocks[]): Blocks {
  const newest = newestOfEras(parts);
  return renamed(parts, (block) => grown(block, newest));
}

/** Adds up blocks under other names; those that get the same one are one from then on. */
export function renamed(parts: readonly Blocks[], nameOf: (block: string) => string): Blocks {
  const sums = new Map<string, BlockCounts>();
  for (const blocks of parts)
    for (const [block, counts] of Object.entries(blocks)) {
      const name = nameOf(block);
      const sum = sums.get(name);
      sums.set(name, sum ? addCounts(sum, counts) : counts);
    }
  return Object.fromEntries(sums);
}

function addCounts(one: BlockCounts, other: BlockCounts): BlockCounts {
  const sum: Record<string, number> = { ...one };
  for (const [key, count] of Object.entries(other)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}

/** Slices of two years: the longest ones. */
const MOST_LEVELS = 26;
/**
 * An era, in shortest slices: 53 years, a multiple of the longest slice. The present one began in March 2023, before anything was counted, and ends in
 * 2076: no step runs over a boundary, and of the years that slices are taken back to there are no others (`eras.ts`). No era ages by another.
 */
export const ERA = 25 * 2 ** MOST_LEVELS;
export const eraOf = (slice: Slice): number => Math.floor(beginOf(slice) / ERA);

/** The end of the last slice of each era, in shortest slices. */
function newestOfEras(parts: readonly Blocks[]): ReadonlyMap<number, number> {
  const newest = new Map<number, number>();
  for (const blocks of parts)
    for (const block of Object.keys(blocks)) {
      const slice = sliceOf(block);
      if (slice) newest.set(eraOf(slice), Math.max(newest.get(eraOf(slice)) ?? 0, endOf(slice)));
    }
  return newest;
}

function grown(block: string, newestOf: ReadonlyMap<number, number>): string {
  const slice = sliceOf(block);
  if (!slice) return block;
  const newest = newestOf.get(eraOf(slice)) ?? 0;
  let { level, index } = slice;
  for (; level < MOST_LEVELS; level++) {
    const longer = { level: level + 1, index: Math.floor(index / 2) };
    if (newest < bornAt(longer)) break;
    index = longer.index;
  }
  return level === slice.level ? block : `t${level}.${index}`;
}

/**
 * The blocks of arms over the same slices of time: a slice that another arm has as part of a longer one is merged into that one. Arms that ran
 * at different times keep their own, however long ago the earlier one was.
 */
export function alikeInTime(arms: readonly Blocks[]): readonly Blocks[] {
  const had = new Set(arms.flatMap((blocks) => Object.keys(blocks)));
  let highest = 0;
  for (const block of had) highest = Math.max(highest, sliceOf(block)?.level ?? 0);
  const longest = (block: string): string => {
    const slice = sliceOf(block);
    if (!slice) return block;
    let name = block;
    let { index } = slice;
    for (let level = slice.level + 1; level <= highest; level++) {
      index = Math.floor(index / 2);
      if (had.has(`t${level}.${index}`)) name = `t${level}.${index}`;
    }
    return name;
  };
  return arms.map((blocks) => renamed([blocks], longest));
}

/** Buckets of a sketch to one coarse one: a factor of 1.13. */
const COARSE = 6;

/** The coarse bucket of a time, for its counts by block. */
export const coarseBucket = (value: number): number => Math.floor(bucketIndex(value) / COARSE);
export const coarseOf = (bucket: number): number => Math.floor(bucket / COARSE);
/** A value that stands for those of a coarse bucket: the middle one of the sketch's buckets in it. */
export const middleOfCoarse = (coarse: number): number => bucketBounds(coarse * COARSE + COARSE / 2).upper;

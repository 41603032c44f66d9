import { alikeInTime, coarseOf, isSlice, sliceOf, type BlockCounts, type Blocks } from '../units/blocks.ts';
import type { BlockSums } from '../units/block-effect.ts';
import type { Rate } from '../rates/bernoulli-sequence.ts';
import { bucketBounds, bucketIndex, type Sketch } from './sketch.ts';
import type { QuantileMargin } from './judge-quantiles.ts';

/** Times of one arm: all of them, and by slice of time in coarse buckets. */
export interface TimedArm {
  readonly sketch: Sketch;
  readonly blocks: Blocks;
}

/** How often each arm's times were longer than what was usual just before: of the candidate, than the margin allows beyond it. */
export interface Exceedances {
  readonly candidate: Rate;
  readonly primary: Rate;
  /** The same by slice of time, candidate first. */
  readonly slices: readonly [BlockSums, BlockSums];
}

/** A quantile is usual once so many values beyond it are expected, and what was longer ago than so many is forgotten. */
const FEWEST_BEYOND = 3;
const REMEMBERED_BEYOND = 20;

/**
 * Slice by slice: the primary's quantile of the slices before is the threshold, fixed before the slice's own values come. Of the primary those above
 * it are counted, of the candidate those above what the margin makes of it. Where the candidate's times are at most the margin above the primary's
 * of the same moment, its share is never the larger one, whatever load both share (`lnDifferenceEvidence` at a difference of 0).
 * Coarse buckets are divided as all of the arm's times in them are. The first slices only tell what is usual.
 * @param side of what is between two buckets: `above` counts what is surely longer, `below` what may be
 */
export function exceedances(
  candidate: TimedArm,
  primary: TimedArm,
  q: number,
  margin: QuantileMargin,
  side: 'above' | 'below',
): Exceedances {
  const [own = {}, others = {}] = alikeInTime([candidate.blocks, primary.blocks]);
  const finer = [finerOf(candidate.sketch), finerOf(primary.sketch)] as const;
  const usual = new Usual(q, finer[1]);
  const slices: [Map<string, Sum>, Map<string, Sum>] = [new Map(), new Map()];
  for (const name of slicesInOrder([own, others])) {
    const threshold = usual.threshold();
    if (threshold !== null) {
      const asked = beyond(threshold, margin) - (side === 'below' ? 1 : 0);
      slices[0].set(name, longerThan(own[name], asked, finer[0]));
      slices[1].set(name, longerThan(others[name], threshold, finer[1]));
    }
    usual.add(others[name]);
  }
  return { candidate: rateOver(slices[0]), primary: rateOver(slices[1]), slices };
}

interface Sum {
  readonly n: number;
  readonly sum: number;
}

/** By their beginnings. */
function slicesInOrder(arms: readonly Blocks[]): readonly string[] {
  const starts = new Map<string, number>();
  for (const blocks of arms)
    for (const name of Object.keys(blocks)) {
      const slice = isSlice(name) ? sliceOf(name) : null;
      if (slice) starts.set(name, slice.index * 2 ** slice.level);
    }
  return [...starts].sort(([, a], [, b]) => a - b).map(([name]) => name);
}

const rateOver = (slices: ReadonlyMap<string, Sum>): Rate => {
  let [successes, trials] = [0, 0];
  for (const { n, sum } of slices.values()) {
    successes += sum;
    trials += n;
  }
  return { successes, trials };
};

/** The bucket of the sketch above which a time is longer than the margin allows beyond a threshold. */
export function beyond(threshold: number, margin: QuantileMargin): number {
  const { upper } = bucketBounds(threshold);
  return bucketIndex('ratio' in margin ? upper * margin.ratio : upper + margin.increase);
}

/** All times of an arm by coarse bucket: the buckets of the sketch in each, in order. */
type Finer = ReadonlyMap<number, readonly (readonly [bucket: number, count: number])[]>;

function finerOf({ buckets }: Sketch): Finer {
  const finer = new Map<number, [number, number][]>();
  const sorted = Object.entries(buckets)
    .map(([bucket, count]): [number, number] => [Number(bucket), count])
    .sort(([a], [b]) => a - b);
  for (const one of sorted) {
    const coarse = coarseOf(one[0]);
    const known = finer.get(coarse);
    if (known) known.push(one);
    else finer.set(coarse, [one]);
  }
  return finer;
}

/** The share of a coarse bucket's times that lie above a bucket of the sketch in it. */
function shareAbove(finer: Finer, coarse: number, bucket: number): number {
  let [above, all] = [0, 0];
  for (const [one, count] of finer.get(coarse) ?? []) {
    all += count;
    if (one > bucket) above += count;
  }
  return all === 0 ? 0 : above / all;
}

function longerThan(counts: BlockCounts | undefined, bucket: number, finer: Finer): Sum {
  const limit = coarseOf(bucket);
  let [n, sum] = [0, 0];
  for (const [name, count] of Object.entries(counts ?? {})) {
    const coarse = Number(name);
    n += count;
    if (coarse > limit) sum += count;
    else if (coarse === limit) sum += count * shareAbove(finer, coarse, bucket);
  }
  return { n, sum };
}

/** What was usual of late. */
class Usual {
  private readonly slices: { readonly n: number; readonly counts: BlockCounts }[] = [];
  private readonly sums = new Map<number, number>();
  private n = 0;

  constructor(
    private readonly q: number,
    private readonly finer: Finer,
  ) {}

  add(counts: BlockCounts | undefined): void {
    if (!counts) return;
    const n = Object.values(counts).reduce((sum, count) => sum + count, 0);
    this.slices.push({ n, counts });
    this.change(counts, 1);
    this.n += n;
    const enough = REMEMBERED_BEYOND / (1 - this.q);
    for (let first = this.slices[0]; first && this.n - first.n >= enough; first = this.slices[0]) {
      this.slices.shift();
      this.change(first.counts, -1);
      this.n -= first.n;
    }
  }

  private change(counts: BlockCounts, sign: 1 | -1): void {
    for (const [name, count] of Object.entries(counts)) {
      const coarse = Number(name);
      this.sums.set(coarse, (this.sums.get(coarse) ?? 0) + sign * count);
    }
  }

  /** The bucket that holds the quantile; `null` while too little was seen. */
  threshold(): number | null {
    if (this.n < FEWEST_BEYOND / (1 - this.q)) return null;
    const rank = this.q * this.n;
    let seen = 0;
    for (const [coarse, count] of [...this.sums].sort(([a], [b]) => a - b)) {
      if (seen + count < rank) {
        seen += count;
        continue;
      }
      const buckets = this.finer.get(coarse) ?? [];
      const all = buckets.reduce((sum, [, one]) => sum + one, 0);
      for (const [bucket, one] of buckets) {
        seen += (count * one) / all;
        if (seen >= rank - 1e-9) return bucket;
      }
      return buckets.at(-1)?.[0] ?? null;
    }
    return null;
  }
}

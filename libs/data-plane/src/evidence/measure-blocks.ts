import { mergeBlocks, sliceBlock, sliceNumber, unitBlock, UNIT_GROUPS } from '#libs/stats';

type Counts = Record<string, number>;
interface Sum {
  n: number;
  sum: number;
}

/** Of one measure between two deliveries: slices of a quarter of an hour; more are merged as they are in the api. */
const MOST_BLOCKS = 1_000;
/** In place of a group: the slice alone has it. */
const NO_GROUP = UNIT_GROUPS;
/** Coarse buckets go from about -60 on; no key is below 0, so that all are small whole numbers. */
const BUCKETS_BELOW_ZERO = 1_000;
const GROUPS = UNIT_GROUPS + 1;

/**
 * The blocks of one measure. What comes within one slice of time is counted under small whole numbers, and goes to the blocks by their names
 * at the slice's end: once a second, not with each request.
 */
export class MeasureBlocks {
  private blocks: Record<string, Counts> = {};
  private size = 0;
  private slice = NaN;
  /** Of the present slice, by group: values and their sum. */
  private sums = new Map<number, Sum>();
  /** Of the present slice: how many times there were, by bucket and group. */
  private times = new Map<number, number>();

  /** @param group `null`: what its unit has in common with others is counted elsewhere */
  addValue(now: number, group: number | null, value: number): void {
    this.begin(now);
    const sum = this.sums.get(group ?? NO_GROUP);
    if (sum === undefined) this.sums.set(group ?? NO_GROUP, { n: 1, sum: value });
    else {
      sum.n++;
      sum.sum += value;
    }
  }

  /** @param bucket the coarse bucket of a time */
  addTime(now: number, group: number, bucket: number): void {
    this.begin(now);
    const key = (bucket + BUCKETS_BELOW_ZERO) * GROUPS + group;
    this.times.set(key, (this.times.get(key) ?? 0) + 1);
  }

  /** All that was added so far. */
  named(): Readonly<Record<string, Readonly<Counts>>> {
    this.end();
    return this.blocks;
  }

  private begin(now: number): void {
    const slice = sliceNumber(now);
    if (slice === this.slice) return;
    this.end();
    this.slice = slice;
  }

  private end(): void {
    const slice = sliceBlock(this.slice);
    for (const [group, { n, sum }] of this.sums)
      for (const block of blocksOf(slice, group)) {
        this.count(block, 'n', n);
        this.count(block, 'sum', sum);
      }
    for (const [key, n] of this.times) {
      const bucket = Math.floor(key / GROUPS) - BUCKETS_BELOW_ZERO;
      for (const block of blocksOf(slice, key % GROUPS)) this.count(block, String(bucket), n);
    }
    this.sums.clear();
    this.times.clear();
  }

  private count(block: string, key: string, by: number): void {
    let counts = this.blocks[block];
    if (counts === undefined) {
      if (this.size >= MOST_BLOCKS) this.merge();
      // A slice may have become a part of a longer one, whose name differs.
      this.blocks[block] = counts = {};
      this.size++;
    }
    counts[key] = (counts[key] ?? 0) + by;
  }

  private merge(): void {
    const merged = Object.entries(mergeBlocks([this.blocks]));
    this.blocks = Object.fromEntries(merged.map(([name, counts]) => [name, { ...counts }]));
    this.size = merged.length;
  }
}

const blocksOf = (slice: string, group: number): readonly string[] =>
  group === NO_GROUP ? [slice] : [slice, unitBlock(group)];

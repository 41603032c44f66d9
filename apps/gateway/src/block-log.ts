import { mergeBlocks, type Blocks, mergeUnits, sliceAt, unitBlock } from '#libs/stats';

type Counts = Record<string, number>;

/** Of one measure between two deliveries: slices of a quarter of an hour; more are merged as they are in the api. */
const MOST_BLOCKS = 1_000;
/** Hashes of units that wait to be sorted. */
const MOST_WAITING = 1_000;

/**
 * What goes together in the traffic of one arm: counts by group of units and by slice of time, and which units there were. Its size does not
 * grow with the requests.
 */
export class BlockLog {
  private measures = new Map<string, Record<string, Counts>>();
  private smallest: readonly number[] = [];
  private waiting = new Set<number>();

  /** Adds a number to a slice of time only: what its unit has in common with others is counted elsewhere. */
  addInTime(measure: string, now: number, value: number): void {
    this.add(measure, sliceAt(now), value);
  }

  addValue(measure: string, now: number, group: number, value: number): void {
    this.add(measure, sliceAt(now), value);
    this.add(measure, unitBlock(group), value);
  }

  /** @param bucket the coarse bucket of a time */
  addTime(time: string, now: number, group: number, bucket: number): void {
    const key = String(bucket);
    for (const block of [sliceAt(now), unitBlock(group)]) {
      const counts = this.of(time, block);
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }

  addUnit(hash: number): void {
    this.waiting.add(hash);
    if (this.waiting.size >= MOST_WAITING) this.sortUnits();
  }

  get units(): readonly number[] {
    this.sortUnits();
    return this.smallest;
  }

  get blocks(): Readonly<Record<string, Blocks>> {
    return Object.fromEntries(this.measures);
  }

  private add(measure: string, block: string, value: number): void {
    const counts = this.of(measure, block);
    counts['n'] = (counts['n'] ?? 0) + 1;
    counts['sum'] = (counts['sum'] ?? 0) + value;
  }

  private of(measure: string, block: string): Counts {
    let blocks = this.measures.get(measure);
    if (!blocks) this.measures.set(measure, (blocks = {}));
    const known = blocks[block];
    if (known) return known;
    if (Object.keys(blocks).length >= MOST_BLOCKS) {
      const merged = mergeBlocks([blocks]);
      blocks = Object.fromEntries(Object.entries(merged).map(([name, counts]) => [name, { ...counts }]));
      this.measures.set(measure, blocks);
    }
    return (blocks[block] ??= {});
  }

  private sortUnits(): void {
    if (this.waiting.size === 0) return;
    this.smallest = mergeUnits([this.smallest, [...this.waiting]]);
    this.waiting = new Set();
  }
}

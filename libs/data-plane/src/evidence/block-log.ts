import { type Blocks, mergeUnits, MOST_UNIT_HASHES } from '#libs/stats';
import { MeasureBlocks } from './measure-blocks.ts';

/** Hashes of units that wait to be sorted. */
const MOST_WAITING = 1_000;

/**
 * What goes together in the traffic of one arm: counts by group of units and by slice of time, and which units there were. Its size does not
 * grow with the requests.
 */
export class BlockLog {
  private readonly measures = new Map<string, MeasureBlocks>();
  private smallest: readonly number[] = [];
  private waiting = new Set<number>();
  /** No hash above this is among the smallest ones, whatever comes. */
  private largest = Infinity;

  /** Adds a number to a slice of time only: what its unit has in common with others is counted elsewhere. */
  addInTime(measure: string, now: number, value: number): void {
    this.of(measure).addValue(now, null, value);
  }

  addValue(measure: string, now: number, group: number, value: number): void {
    this.of(measure).addValue(now, group, value);
  }

  /** @param bucket the coarse bucket of a time */
  addTime(time: string, now: number, group: number, bucket: number): void {
    this.of(time).addTime(now, group, bucket);
  }

  addUnit(hash: number): void {
    if (hash > this.largest) return;
    this.waiting.add(hash);
    if (this.waiting.size >= MOST_WAITING) this.sortUnits();
  }

  get units(): readonly number[] {
    this.sortUnits();
    return this.smallest;
  }

  get blocks(): Readonly<Record<string, Blocks>> {
    return Object.fromEntries([...this.measures].map(([name, blocks]) => [name, blocks.named()]));
  }

  private of(measure: string): MeasureBlocks {
    let blocks = this.measures.get(measure);
    if (!blocks) this.measures.set(measure, (blocks = new MeasureBlocks()));
    return blocks;
  }

  private sortUnits(): void {
    if (this.waiting.size === 0) return;
    this.smallest = mergeUnits([this.smallest, [...this.waiting]]);
    this.waiting = new Set();
    if (this.smallest.length >= MOST_UNIT_HASHES) this.largest = this.smallest.at(-1) ?? Infinity;
  }
}

/** Sightings of a value before it can have a slot: one is no segment yet. */
const FEWEST_SIGHTINGS = 3;
/** A value that stands for less than this part of an even share (1/`most`) waits for more. */
const PART_OF_SHARE = 4;
/** Half of the slots are open from the start; the others open while requests grow from 2^5 to 2^12. */
const FIRST_SLOTS = 5;
const ALL_SLOTS = 12;

/**
 * How many values of a segment may be tracked after so many requests, of `most` at the end. Whoever comes first
 * cannot take all the slots: the later half goes to values that are still frequent when it opens.
 */
export function slotsAt(requests: number, most: number): number {
  const first = Math.ceil(most / 2);
  if (requests < 2 ** FIRST_SLOTS) return first;
  const opened = Math.min(1, (Math.log2(requests) - FIRST_SLOTS) / (ALL_SLOTS - FIRST_SLOTS));
  return first + Math.floor((most - first) * opened);
}

/** How often a value must have been seen, for certain, before it gets a slot. */
const sightingsNeeded = (requests: number, most: number): number =>
  Math.max(FEWEST_SIGHTINGS, requests / (PART_OF_SHARE * most));

/**
 * Counts frequent values of a stream in bounded memory: Space-Saving (Metwally, Agrawal, El Abbadi 2005). When
 * all counters are taken, a new value takes over the smallest one and its count, which is noted as its error.
 */
class FrequentValues {
  private readonly counters = new Map<string, { count: number; error: number }>();

  constructor(private readonly most: number) {}

  /** @returns how often the value was seen at least, since it has a counter */
  add(value: string): number {
    let counter = this.counters.get(value);
    if (!counter) {
      const error = this.counters.size < this.most ? 0 : this.takeSmallest();
      this.counters.set(value, (counter = { count: error, error }));
    }
    counter.count++;
    return counter.count - counter.error;
  }

  remove(value: string): void {
    this.counters.delete(value);
  }

  private takeSmallest(): number {
    let [smallest, least] = ['', Infinity];
    for (const [value, { count }] of this.counters) if (count < least) [smallest, least] = [value, count];
    this.counters.delete(smallest);
    return least;
  }
}

/**
 * Which values of one gate's segments are judged by themselves; the rest is "other". Values earn a slot by being
 * frequent, and keep it: there are never more than `most`, over which the error budget is shared. What a value
 * earns it by is its requests so far, never how they ended, and its evidence counts from then on: so each
 * segment's sequence starts at a time that does not depend on what it will see.
 */
export class SegmentSlots {
  private readonly tracked = new Set<string>();
  private readonly others: FrequentValues;
  private requests = 0;

  constructor(private readonly most: number) {
    this.others = new FrequentValues(Math.max(64, 4 * most));
  }

  /** Counts one request of a value. @returns whether the value has a slot */
  take(value: string): boolean {
    this.requests++;
    if (this.tracked.has(value)) return true;
    const seen = this.others.add(value);
    if (this.tracked.size >= slotsAt(this.requests, this.most)) return false;
    if (seen < sightingsNeeded(this.requests, this.most)) return false;
    this.others.remove(value);
    this.tracked.add(value);
    return true;
  }
}

/**
 * The same bound where the evidence of several data planes comes together: which new values get a slot, the most
 * frequent first.
 * @param known values that have one; @param offered requests of each value that asks for one
 * @param requests of everybody so far
 */
export function admitValues(
  known: ReadonlySet<string>,
  offered: ReadonlyMap<string, number>,
  requests: number,
  most: number,
): ReadonlySet<string> {
  const free = Math.max(0, slotsAt(requests, most) - known.size);
  const byFrequency = [...offered]
    .filter(([value]) => !known.has(value))
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return new Set(byFrequency.slice(0, free).map(([value]) => value));
}

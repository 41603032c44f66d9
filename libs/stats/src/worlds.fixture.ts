import { coarseBucket, mergeBlocks, sliceAt, unitBlock, type Blocks } from './units/blocks.ts';
import { UNIT_GROUPS } from './units/design-effect.ts';
import { seededRandom } from './seeded-random.fixture.ts';
import { bucketIndex, type Sketch } from './quantiles/sketch.ts';

export type Random = () => number;
/** A request: who sends it, what became of it. */
export interface Sent {
  readonly unit: number;
  readonly value: number;
}
/** Requests of a world in which things go together; `isCandidate` of a unit is drawn once. */
export interface World {
  /** @param seconds since it began; @param arm of a unit; @param worse how much worse the candidate is: added, or for times a factor */
  next(seconds: number, arm: (unit: number) => 0 | 1): Sent;
}
export type MakeWorld = (random: Random, worse: number) => World;

const { exp, floor, log, sqrt, cos, PI } = Math;
export const normal = (random: Random): number => sqrt(-2 * log(1 - random())) * cos(2 * PI * random());
export const wait = (random: Random, mean: number): number => -mean * log(1 - random());
const time = (random: Random, median: number, spread = 0.3): number => median * exp(spread * normal(random));

/** Draws units by Zipf's law: the k-th one is k^-s times as busy as the first. */
export function zipf(units: number, s: number): (random: Random) => number {
  const upTo: number[] = [];
  let sum = 0;
  for (let k = 1; k <= units; k++) upTo.push((sum += k ** -s));
  return (random) => {
    const at = random() * sum;
    let [from, to] = [0, units - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((upTo[middle] ?? sum) > at) to = middle;
      else from = middle + 1;
    }
    return from;
  };
}

export const uniform = (units: number) => (random: Random) => floor(random() * units);

/** Each arm by itself (or both at once) is off for `seconds` again and again, `every` so many seconds on average. */
export function spells(random: Random, every: number, seconds: number): (arm: 0 | 1, now: number) => boolean {
  const starts: [number[], number[]] = [[], []];
  const next: [number, number] = [wait(random, every), wait(random, every)];
  return (arm, now) => {
    while (next[arm] <= now) {
      starts[arm].push(next[arm]);
      next[arm] += wait(random, every);
    }
    const last = starts[arm].at(-1);
    return last !== undefined && now < last + seconds;
  };
}

/** Times of requests, in ms. */
export const TIMES = {
  independent: (random, worse) => ({
    next(_now, arm) {
      const unit = uniform(5_000)(random);
      return { unit, value: time(random, 20) * (arm(unit) ? worse : 1) };
    },
  }),
  'one slow unit with 30 % of the traffic': heavy(1, 0.3),
  'ten slow units with 30 % of the traffic': heavy(10, 0.3),
  '300 units by Zipf 1.0, each with times of its own': (random, worse) => {
    const draw = zipf(300, 1);
    const medians = Array.from({ length: 300 }, () => 20 * exp(0.7 * normal(random)));
    return {
      next(_now, arm) {
        const unit = draw(random);
        return { unit, value: time(random, medians[unit] ?? 20) * (arm(unit) ? worse : 1) };
      },
    };
  },
  'own pauses of 2 s each 40 s': (random, worse) => {
    const isPaused = spells(random, 40, 2);
    return {
      next(now, arm) {
        const unit = uniform(5_000)(random);
        const value = time(random, 20) + (isPaused(arm(unit), now) ? 300 : 0);
        return { unit, value: value * (arm(unit) ? worse : 1) };
      },
    };
  },
  'load that both share': (random, worse) => {
    const load = [0.5 * normal(random)];
    return {
      next(now, arm) {
        while (load.length <= now) load.push(0.98 * (load.at(-1) ?? 0) + 0.1 * normal(random));
        const unit = uniform(5_000)(random);
        return { unit, value: time(random, 20 * exp(load[floor(now)] ?? 0)) * (arm(unit) ? worse : 1) };
      },
    };
  },
} satisfies Record<string, MakeWorld>;

function heavy(units: number, share: number): MakeWorld {
  return (random, worse) => ({
    next(_now, arm) {
      const isHeavy = random() < share;
      const unit = isHeavy ? 5_000 + uniform(units)(random) : uniform(5_000)(random);
      return { unit, value: time(random, isHeavy ? 60 : 20) * (arm(unit) ? worse : 1) };
    },
  });
}

/** What a gateway counts of one arm: everything that a judge is given. */
export class ArmLog {
  count = 0;
  sum = 0;
  readonly buckets: Record<string, number> = {};
  times: Record<string, Record<string, number>> = {};
  sums: Record<string, Record<string, number>> = {};
  readonly units = new Set<number>();

  constructor(private readonly counts: 'times' | 'rates') {}

  addRequest(value: number, unit: number, group: number, seconds: number): void {
    this.count++;
    this.sum += value;
    this.units.add(unit);
    for (const block of [unitBlock(group), sliceAt(seconds * 1_000)])
      if (this.counts === 'times') addTo(this.times, block, String(coarseBucket(value)), 1);
      else {
        addTo(this.sums, block, 'n', 1);
        addTo(this.sums, block, 'sum', value);
      }
    if (this.counts === 'rates') return;
    const bucket = String(bucketIndex(value));
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
  }

  /** What evidence does as it is added up: slices of long ago become longer ones. */
  growSlices(): void {
    this.times = { ...mergeBlocks([this.times]) };
    this.sums = { ...mergeBlocks([this.sums]) };
  }

  get sketch(): Sketch {
    return { count: this.count, buckets: this.buckets };
  }
  get timeBlocks(): Blocks {
    return this.times;
  }
  get sumBlocks(): Blocks {
    return this.sums;
  }
}

function addTo(all: Record<string, Record<string, number>>, block: string, key: string, by: number): void {
  const one = (all[block] ??= {});
  one[key] = (one[key] ?? 0) + by;
}

export interface Arms {
  readonly candidate: ArmLog;
  readonly primary: ArmLog;
}
export type Look = (arms: Arms, seconds: number) => 'fail' | 'pass' | 'undecided';
export interface Ends {
  readonly fail: number;
  readonly pass: number;
  /** Requests of both arms at the verdicts, the median; `null`: there were none. */
  readonly requests: number | null;
}

/** How `streams` streams of a world end, as shares: 50 requests a second. */
export function play(
  make: MakeWorld,
  worse: number,
  look: Look,
  {
    streams,
    requests,
    every,
    seed,
    counts,
    share = 0.5,
  }: {
    readonly streams: number;
    readonly requests: number;
    readonly every: number;
    readonly seed: number;
    readonly counts: 'times' | 'rates';
    /** Of the units, on the candidate; half. */
    readonly share?: number;
  },
): Ends {
  const random = seededRandom(seed);
  const ends = { fail: 0, pass: 0 };
  const at: number[] = [];
  for (let i = 0; i < streams; i++) {
    const world = make(random, worse);
    const drawn = new Map<number, { arm: 0 | 1; group: number }>();
    const of = (unit: number) => {
      let one = drawn.get(unit);
      if (!one) {
        one = { arm: random() < share ? 1 : 0, group: floor(random() * UNIT_GROUPS) };
        drawn.set(unit, one);
      }
      return one;
    };
    const arms: Arms = { candidate: new ArmLog(counts), primary: new ArmLog(counts) };
    for (let n = 1; n <= requests; n++) {
      const { unit, value } = world.next(n / 50, (u) => of(u).arm);
      const { arm, group } = of(unit);
      (arm ? arms.candidate : arms.primary).addRequest(value, unit, group, n / 50);
      if (n % every !== 0 || arms.candidate.count === 0 || arms.primary.count === 0) continue;
      for (const arm of Object.values(arms)) arm.growSlices();
      const verdict = look(arms, n / 50);
      if (verdict === 'undecided') continue;
      ends[verdict]++;
      at.push(n);
      break;
    }
  }
  at.sort((a, b) => a - b);
  return { fail: ends.fail / streams, pass: ends.pass / streams, requests: at[floor(at.length / 2)] ?? null };
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { beforeNow, byClock, clockOf, mergeBlocks, sliceAt, sliceOf, type Blocks } from '../index.ts';

/*
 * Data planes count half a second at a time, and their clocks differ from the database's by anything: by hours, by about a minute, by parts of a second.
 * Of one second there is one draw, whoever has seen it and whatever the time of day is.
 * Mutants: `slices-of-clocks-ahead-are-apart`, `slices-of-silent-clocks-are-apart`.
 */

const BATCH_MS = 500;
/** Clocks that differ by less are taken to agree (`slices-by-clock.ts`), and what is in progress ends a second later. */
const [AGREE_S, IN_PROGRESS_S] = [8, 2];

interface Plane {
  readonly offMs: number;
  /** It says what its clock shows: data planes of before do not. */
  readonly says: boolean;
  /** The way of its batches, one after the other, in ms. */
  readonly ways: readonly number[];
}
const of = (blocks: Blocks) => ({ blocks: { latency: blocks } });
const beginOf = (name: string): number => {
  const { level = 0, index = 0 } = sliceOf(name) ?? {};
  return index * 2 ** level;
};
const endOf = (name: string): number => {
  const { level = 0, index = 0 } = sliceOf(name) ?? {};
  return (index + 1) * 2 ** level;
};
const nOf = (blocks: Blocks): number => Object.values(blocks).reduce((sum, { n = 0 }) => sum + n, 0);

/** What is kept of planes that count ten requests a second each. */
function kept(startMs: number, lengthS: number, planes: readonly Plane[]) {
  let all: Blocks = {};
  const names = new Set<string>();
  /** Of each second: the slices that it is in. */
  const ofSecond = new Map<number, Set<number>>();
  let n = 0;
  for (let batch = 0; batch * BATCH_MS < lengthS * 1_000; batch++)
    for (const { offMs, says, ways } of planes) {
      const from = startMs + batch * BATCH_MS;
      const sent = from + BATCH_MS;
      const now = sent + (ways[batch % ways.length] ?? 0);
      // What came in this half second, by its slice and the second that it was.
      const seen = new Map<string, number>();
      for (let at = from; at < sent; at += 100) seen.set(sliceAt(at + offMs), Math.floor(at / 1_000));
      n += seen.size;
      const batchOf = [...seen.keys()].map((name) => of({ [name]: { n: 1 } }));
      const clock = clockOf(says ? sent + offMs : undefined, batchOf, now);
      const moved = batchOf.map((one) => beforeNow(byClock(one, clock, now), now).blocks.latency);
      for (const [i, second] of [...seen.values()].entries())
        for (const name of Object.keys(moved[i] ?? {})) {
          names.add(name);
          ofSecond.set(second, (ofSecond.get(second) ?? new Set()).add(beginOf(name)));
        }
      all = mergeBlocks([beforeNow(of(all), now).blocks.latency, ...moved]);
    }
  const nowS = startMs / 1_000 + lengthS;
  return { all, names, ofSecond, n, nowS };
}

/** Any moment from 2024 to 2074; and one near where a longest slice begins. */
const moment = fc
  .oneof(
    fc.integer({ min: 1_710_000_000, max: 3_300_000_000 }),
    fc
      .tuple(fc.integer({ min: 26, max: 49 }), fc.integer({ min: -2_400, max: 600 }))
      .map(([k, s]) => k * 2 ** 26 + s),
  )
  .chain((s) => fc.integer({ min: 0, max: 999 }).map((ms) => s * 1_000 + ms));
const plane: fc.Arbitrary<Plane> = fc
  .record({
    offMs: fc.oneof(
      fc.integer({ min: -2_000, max: 2_000 }),
      // About a minute, and other steady differences by which a clock is just taken for another.
      fc
        .tuple(fc.constantFrom(-60, -14, -6, 3, 10, 60), fc.integer({ min: -999, max: 999 }))
        .map(([s, ms]) => s * 1_000 + ms),
      fc.integer({ min: -40 * 86_400_000, max: 40 * 86_400_000 }),
      fc.constantFrom(3_600_000, -3_600_000),
    ),
    says: fc.boolean(),
    ways: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 5 }),
  })
  // One of before that is behind is taken at its word.
  .map((one) => ({ ...one, says: one.says || one.offMs < 0 }));
const RIGHT: Plane = { offMs: 0, says: true, ways: [20] };
const ALONE: [number, number, Plane[]][] = [
  [27 * 2 ** 26 * 1_000 - 1_800_000, 60, [RIGHT, { offMs: 3_600_000, says: true, ways: [20] }]],
  [27 * 2 ** 26 * 1_000 - 1_800_000, 60, [RIGHT, { offMs: 3_600_000, says: false, ways: [20] }]],
  [1_790_000_000_000, 60, [{ offMs: 59_600, says: true, ways: [20] }]],
  [1_790_000_000_000, 60, [{ offMs: -59_800, says: true, ways: [20, 300] }]],
  [27 * 2 ** 26 * 1_000 - 30_000, 60, [RIGHT]],
];

describe('slices of data planes whose clocks differ', () => {
  const worlds = (holds: (world: ReturnType<typeof kept>, lengthS: number, planes: Plane[]) => void): void =>
    fc.assert(
      fc.property(
        moment,
        fc.integer({ min: 20, max: 90 }),
        fc.array(plane, { minLength: 1, maxLength: 3 }),
        (startMs, lengthS, planes) => holds(kept(startMs, lengthS, planes), lengthS, planes),
      ),
      { numRuns: 40, examples: ALONE },
    );

  it('are no more draws than there were seconds, but for where clocks are taken to agree', () => {
    worlds(({ all, names, n }, lengthS) => {
      expect(nOf(all)).toBe(n);
      expect(names.size).toBeLessThanOrEqual(lengthS + 2 * AGREE_S + IN_PROGRESS_S);
    });
  });

  it('hold one second near to each other, so that they are one slice again soon', () => {
    worlds(({ ofSecond }, _lengthS, planes) => {
      for (const [second, begins] of ofSecond)
        for (const begin of begins)
          expect(Math.abs(begin - second)).toBeLessThanOrEqual(AGREE_S + IN_PROGRESS_S);
      if (planes.length > 1) return;
      for (const begins of ofSecond.values())
        expect(Math.max(...begins) - Math.min(...begins)).toBeLessThanOrEqual(AGREE_S + IN_PROGRESS_S);
    });
  });

  it('are no longer than their age lets them, by nobody’s clock: harm does not wait', () => {
    worlds(({ all, nowS }) => {
      for (const name of Object.keys(all)) {
        const { level = 0 } = sliceOf(name) ?? {};
        if (level === 0) continue;
        expect(8 * 2 ** level).toBeLessThanOrEqual(nowS - endOf(name) + AGREE_S + IN_PROGRESS_S);
      }
    });
  });
});

it('keeps what a sender had named before its clock was set back, and what has waited as it is', () => {
  const now = 1_790_000_000;
  const all = mergeBlocks(
    Array.from({ length: 900 }, (_v, i) => ({ [sliceAt((now - i) * 1_000)]: { n: 1 } })),
  );
  expect(byClock(of(all), (now - 3_600) * 1_000, now * 1_000)).toEqual(of(all));
  for (const apart of [-5, 2]) expect(byClock(of(all), (now + apart) * 1_000, now * 1_000)).toEqual(of(all));
  expect(clockOf(undefined, [of(all)], (now + 60) * 1_000)).toBe((now + 60) * 1_000);
});

it('takes a clock that is wrong by whole minutes for one difference, however long batches are on their way', () => {
  fc.assert(
    fc.property(fc.integer({ min: -3_000, max: 3_000 }), fc.nat(900), fc.nat(900), (minutes, one, other) => {
      const [clock, now] = [1_790_000_000_000, 1_790_000_000_000 + minutes * 60_000];
      const tally = of({ [sliceAt(clock)]: { n: 1 } });
      expect(byClock(tally, clock, now + one)).toEqual(byClock(tally, clock, now + other));
    }),
  );
});

it('has slices of any length by another clock one by one: none is two, nor are two one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -40 * 86_400_000, max: 40 * 86_400_000 }),
      fc.integer({ min: 1, max: 900 }),
      (offMs, length) => {
        const clock = 1_790_000_000_000 + offMs;
        const all = mergeBlocks(
          Array.from({ length }, (_v, i) => ({ [sliceAt(clock - i * 1_000)]: { n: 1 } })),
        );
        const moved = byClock(of(all), clock, 1_790_000_000_000).blocks.latency;
        const sizes = (blocks: Blocks) => Object.values(blocks).map(({ n }) => n);
        expect(sizes(moved)).toEqual(sizes(all));
        const names = Object.keys(moved).sort((a, b) => beginOf(a) - beginOf(b));
        for (const [i, name] of names.slice(1).entries())
          expect(beginOf(name)).toBeGreaterThanOrEqual(endOf(names[i] ?? name));
      },
    ),
  );
});

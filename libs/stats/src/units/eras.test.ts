import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  alikeInTime,
  beforeNow,
  BLOCK_NAME,
  ERA,
  isSlice,
  mergeBlocks,
  sliceAt,
  sliceOf,
  type Blocks,
} from '../index.ts';

const NOW_S = 1_790_000_000;
const HOUR_S = 3_600;
/** Any moment; and one near where a longest slice begins, before which or after which the clock is set. */
const moment = fc.oneof(
  fc.integer({ min: 1_710_000_000, max: 3_300_000_000 }),
  fc
    .tuple(fc.integer({ min: 26, max: 49 }), fc.integer({ min: -4_000, max: 600 }))
    .map(([k, s]) => k * 2 ** 26 + s),
);
const LONGEST_BEGINS = 27 * 2 ** 26;
const second = (at: number): Blocks => ({ [sliceAt(at * 1_000)]: { n: 1 } });
const seconds = (from: number, length: number): Blocks =>
  mergeBlocks(Array.from({ length }, (_v, i) => second(from + i)));
const of = (blocks: Blocks) => ({ blocks: { latency: blocks } });
const slicesOf = ({ blocks }: ReturnType<typeof of>): Blocks => blocks.latency;
const nOf = (blocks: Blocks): number => Object.values(blocks).reduce((sum, { n = 0 }) => sum + n, 0);
const lengths = (blocks: Blocks): number[] =>
  Object.keys(blocks)
    .map((name) => 2 ** Number(/^t(\d+)/.exec(name)?.[1]))
    .sort((a, b) => a - b);

/** A clock may jump by so much. */
const jump = fc
  .tuple(
    fc.constantFrom(-1, 1),
    fc.oneof(fc.integer({ min: 61, max: HOUR_S }), fc.integer({ min: HOUR_S, max: 40 * 24 * HOUR_S })),
  )
  .map(([sign, by]) => sign * by);

/*
 * Mutants: `eras-age-each-other`, `eras-are-as-long-as-slices`.
 */
describe('slices of time that the database’s clock has named while it was ahead', () => {
  it('do not age what comes after it was set back, nor lose, split or rejoin anything', () => {
    fc.assert(
      fc.property(
        moment,
        fc.oneof(fc.integer({ min: 61, max: 2 * HOUR_S }), fc.integer({ min: 61, max: 40 * 24 * HOUR_S })),
        fc.integer({ min: 1, max: 200 }),
        (now, back, length) => {
          // So long it ran while the clock was ahead, and the same after.
          const before = seconds(now + back - length, length);
          let all: Blocks = before;
          for (let i = 0; i < length; i++)
            all = mergeBlocks([slicesOf(beforeNow(of(all), (now + i + 1) * 1_000)), second(now + i)]);
          expect(nOf(all)).toBe(2 * length);
          expect(Object.keys(all).length).toBeLessThanOrEqual(2 * length);
          // Nothing that is new is in a longer slice than one of its age may be; clocks may differ by a minute.
          for (const name of Object.keys(all)) {
            const { level, index } = sliceOf(name) ?? { level: 0, index: 0 };
            const age = now + length - (index + 1) * 2 ** level;
            if (age < ERA / 2 && level > 0) expect(8 * 2 ** level).toBeLessThanOrEqual(age + 61);
          }
          // Nor is what lay in the future, as far as none has come up with it.
          if (back > 2 * length + 61)
            expect(lengths(all)).toEqual(
              [...lengths(before), ...lengths(seconds(now, length))].sort((a, b) => a - b),
            );
        },
      ),
      {
        numRuns: 60,
        examples: [
          [LONGEST_BEGINS - 1_800, HOUR_S, 100],
          [LONGEST_BEGINS - 50, HOUR_S, 100],
          [LONGEST_BEGINS + 50, 200, 100],
        ],
      },
    );
  });

  it('and those of a step that runs over the moment at which a longest slice begins grow all the same', () => {
    const all = seconds(LONGEST_BEGINS - 2_000, 4_000);
    expect(lengths(all)).toEqual(lengths(seconds(LONGEST_BEGINS - 2_000 + 2 ** 25, 4_000)));
  });

  it('have the same names in both arms, and every time: arms that lose a slice at once still do', () => {
    fc.assert(
      fc.property(jump, fc.integer({ min: 1, max: 400 }), fc.nat(50), (by, length, later) => {
        const all = seconds(NOW_S + by, length);
        const once = slicesOf(beforeNow(of(all), NOW_S * 1_000));
        expect(slicesOf(beforeNow(of(once), (NOW_S + later) * 1_000))).toEqual(once);
        const [one = {}, other = {}] = alikeInTime([once, slicesOf(beforeNow(of(all), NOW_S * 1_000))]);
        expect(Object.keys(one)).toEqual(Object.keys(other));
        expect(Object.keys(once).filter(isSlice)).toHaveLength(Object.keys(all).length);
        for (const name of Object.keys(once)) expect(name).toMatch(BLOCK_NAME);
      }),
    );
  });

  it('are left as they are where the clock was set back by a minute or less', () => {
    const all = seconds(NOW_S - 120, 120);
    expect(slicesOf(beforeNow(of(all), (NOW_S - 50) * 1_000))).toEqual(all);
  });
});

it('names of times that no clock shows do not add up, whatever their length: a row of evidence does not grow by them', () => {
  for (const level of [20, 23, 24, 25, 26]) {
    let all: Blocks = {};
    for (let k = 0; k < 2_000; k++) {
      const one = { [`t${level}.${1_000 + 997 * k}`]: { n: 1 } };
      all = mergeBlocks([all, slicesOf(beforeNow(of(one), NOW_S * 1_000))]);
    }
    expect(nOf(all)).toBe(2_000);
    expect(Object.keys(all).length).toBeLessThan(150);
  }
});

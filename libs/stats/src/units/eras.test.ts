import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  alikeInTime,
  beforeNow,
  BLOCK_NAME,
  byClock,
  ERA,
  isSlice,
  mergeBlocks,
  sliceAt,
  sliceOf,
  type Blocks,
} from '../index.ts';

const NOW_S = 1_790_000_000;
const HOUR_S = 3_600;
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

describe('slices of time that another clock has named', () => {
  it('do not age what comes after the database’s clock was set back, nor lose, split or rejoin anything', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 61, max: 40 * 24 * HOUR_S }),
        fc.integer({ min: 1, max: 200 }),
        (back, length) => {
          // So long it ran while the clock was ahead, and the same after.
          const before = seconds(NOW_S + back - length, length);
          const kept = slicesOf(beforeNow(of(before), NOW_S * 1_000));
          let all = kept;
          for (let i = 0; i < length; i++)
            all = mergeBlocks([slicesOf(beforeNow(of(all), (NOW_S + i + 1) * 1_000)), second(NOW_S + i)]);
          expect(nOf(all)).toBe(2 * length);
          expect(Object.keys(all).length).toBeLessThanOrEqual(2 * length);
          // Nothing that is new is in a longer slice than one of its age may be; clocks may differ by a minute.
          for (const name of Object.keys(all)) {
            const { level, index } = sliceOf(name) ?? { level: 0, index: 0 };
            const age = NOW_S + length - (index + 1) * 2 ** level;
            if (age < ERA / 2 && level > 0) expect(8 * 2 ** level).toBeLessThanOrEqual(age + 61);
          }
        },
      ),
      { numRuns: 40 },
    );
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

  it('of a sender whose clock is behind stay as fine as they are beside those of right ones', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 61, max: 40 * 24 * HOUR_S }),
        fc.integer({ min: 1, max: 300 }),
        (behind, length) => {
          let all = seconds(NOW_S - length, length);
          for (let i = 0; i < length; i++) {
            const [now, clock] = [NOW_S + i + 1, NOW_S + i + 1 - behind];
            const sent = slicesOf(byClock(of(second(clock - 1)), clock * 1_000, now * 1_000));
            all = mergeBlocks([all, sent]);
          }
          const alone = seconds(NOW_S - behind, length);
          const right = seconds(NOW_S - length, length);
          expect(lengths(all)).toEqual([...lengths(alone), ...lengths(right)].sort((a, b) => a - b));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are left as they are where clocks agree to a minute, and where its sender had named them before its clock was set back', () => {
    const all = seconds(NOW_S - 120, 120);
    expect(slicesOf(beforeNow(of(all), (NOW_S - 50) * 1_000))).toEqual(all);
    expect(slicesOf(byClock(of(all), (NOW_S - 50) * 1_000, NOW_S * 1_000))).toEqual(all);
    expect(slicesOf(byClock(of(all), (NOW_S - HOUR_S) * 1_000, NOW_S * 1_000))).toEqual(all);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  alikeInTime,
  BLOCK_NAME,
  isSlice,
  meanEffect,
  mergeBlocks,
  sliceAt,
  sliceOf,
  unitBlock,
  type Blocks,
} from '../index.ts';

const moment = fc.nat(40 * 86_400).map((seconds) => sliceAt((1_790_000_000 + seconds) * 1_000));
const name = fc.oneof(moment, fc.nat(31).map(unitBlock));
const blocks = fc
  .array(fc.tuple(name, fc.record({ n: fc.nat(100), sum: fc.nat(100) })), { maxLength: 60 })
  .map((all): Blocks => Object.fromEntries(all));
const totals = (all: Blocks) => {
  const sum = (of: (block: string) => boolean, key: string): number =>
    Object.entries(all).reduce((s, [block, counts]) => s + (of(block) ? (counts[key] ?? 0) : 0), 0);
  return [sum(isSlice, 'n'), sum(isSlice, 'sum'), sum((block) => !isSlice(block), 'n')];
};

describe('blocks', () => {
  it('merge in any order, lose nothing, and have names that can be read', () => {
    fc.assert(
      fc.property(blocks, blocks, blocks, (a, b, c) => {
        const whole = mergeBlocks([a, b, c]);
        expect(mergeBlocks([c, mergeBlocks([b, a])])).toEqual(whole);
        expect(totals(whole)).toEqual(
          [0, 1, 2].map((i) => [a, b, c].reduce((s, one) => s + (totals(one)[i] ?? 0), 0)),
        );
        for (const block of Object.keys(whole)) expect(block).toMatch(BLOCK_NAME);
      }),
    );
  });

  it('cover no second twice, and hardly grow with time', () => {
    let all: Blocks = {};
    const start = 1_790_000_000;
    for (let hour = 0; hour < 24 * 7; hour++) {
      const more: Record<string, { n: number }> = {};
      for (let second = 0; second < 3_600; second += 7)
        more[sliceAt((start + hour * 3_600 + second) * 1_000)] = { n: 1 };
      all = mergeBlocks([all, more]);
    }
    const slices = Object.keys(all).flatMap((block) => sliceOf(block) ?? []);
    const spans = slices
      .map(({ level, index }) => [index * 2 ** level, (index + 1) * 2 ** level] as const)
      .sort(([one], [other]) => one - other);
    spans.forEach(([from], i) => expect(from).toBeGreaterThanOrEqual(spans[i - 1]?.[1] ?? 0));
    expect(spans.length).toBeLessThan(200);
  });
});

describe('the effect of blocks', () => {
  const groups = (of: (group: number) => { n: number; sum: number }): Blocks =>
    Object.fromEntries(Array.from({ length: 32 }, (_v, g) => [unitBlock(g), of(g)]));

  it('is that of whole groups where all of a group are alike', () => {
    // Half of the groups fail altogether: 32 draws, of whatever size.
    const arm = { blocks: groups((g) => ({ n: 50, sum: g % 2 ? 50 : 0 })), variance: 0.25 };
    expect(meanEffect([arm, arm])).toBeGreaterThanOrEqual(1);
    expect(meanEffect([arm])).toBeCloseTo(50 * (32 / 31), 6);
  });

  it('is 1 where nothing was kept, or nothing varies', () => {
    const none = { blocks: undefined, variance: 0.2 };
    expect(meanEffect([none, none])).toBe(1);
    expect(meanEffect([{ blocks: groups(() => ({ n: 3, sum: 0 })), variance: 0 }])).toBe(1);
  });

  it('is that of one draw where an arm rests on one group', () => {
    const one = { blocks: { [unitBlock(3)]: { n: 40, sum: 20 } }, variance: 0.25 };
    const other = { blocks: groups(() => ({ n: 40, sum: 20 })), variance: 0.25 };
    expect(meanEffect([one, other])).toBeCloseTo(40 * (32 / 31), 6);
    // Where all is of one group there is nothing to compare it with.
    expect(meanEffect([one])).toBe(1);
  });

  it('is finite, and no more than what makes each block one draw, whatever is in the blocks', () => {
    const measured = blocks.map((all) =>
      Object.fromEntries(
        Object.entries(all).map(([name, { n = 0, sum = 0 }]) => [name, { n, sum: Math.min(n, sum) }]),
      ),
    );
    const arm = fc.record({
      blocks: fc.option(measured, { nil: undefined }),
      variance: fc.constantFrom(0, 0.01, 0.25),
    });
    fc.assert(
      fc.property(arm, arm, fc.constantFrom(undefined, 'time' as const), (a, b, only) => {
        const effect = meanEffect([a, b], only);
        expect(Number.isFinite(effect)).toBe(true);
        expect(effect).toBeGreaterThanOrEqual(1);
        const kept = [a, b].map((one) => Object.values(one.blocks ?? {}).map(({ n = 0 }) => n));
        // Units and slices are each no more than all of an arm; twice that for want of more than two blocks.
        expect(effect).toBeLessThanOrEqual(
          4 * Math.max(1, ...kept.map((ns) => ns.reduce((x, y) => x + y, 0))),
        );
      }),
    );
  });

  it('takes the arm that has kept its blocks for the other, too', () => {
    const arm = { blocks: groups((g) => ({ n: 50, sum: g % 2 ? 50 : 0 })), variance: 0.25 };
    expect(meanEffect([arm, { blocks: undefined, variance: 0.25 }])).toBeCloseTo(50 * (32 / 31), 6);
  });

  it('of arms that ran one after the other leaves each its own slices', () => {
    const second = (from: number, count: number): Blocks =>
      Object.fromEntries(
        Array.from(
          { length: count },
          (_v, i) => [sliceAt((from + i) * 1_000), { n: 10, sum: i % 2 }] as const,
        ),
      );
    const [before, now] = [second(1_790_000_000, 30), mergeBlocks([second(1_790_003_600, 600)])];
    expect(alikeInTime([before, now])).toEqual([before, now]);
    // Side by side, the finer ones are merged into those of the other.
    const [fine, grown] = alikeInTime([second(1_790_003_600, 300), now]);
    expect(Object.keys(grown ?? {})).toEqual(expect.arrayContaining(Object.keys(fine ?? {})));
  });
});

import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mergeBlocks, mergeUnits, sliceAt, unitBlock, type Blocks } from '#libs/stats';
import { BlockLog } from './block-log.ts';

const START = 1_790_000_000_000;
const ms = fc.oneof(fc.nat(3_000), fc.nat(3_000_000), fc.integer({ min: -5_000, max: 0 }));
const added = fc.record({
  kind: fc.constantFrom('slice', 'value', 'time'),
  later: ms,
  group: fc.nat(31),
  value: fc.integer({ min: -58, max: 172 }),
  unit: fc.nat(2 ** 32 - 1),
});

it('counts what one would count request by request, whatever the order of time, and keeps the smallest units', () => {
  fc.assert(
    fc.property(fc.array(added, { maxLength: 1_500, size: 'max' }), (all) => {
      const log = new BlockLog();
      const parts: Record<string, Blocks[]> = {};
      let now = START;
      for (const { kind, later, group, value, unit } of all) {
        now += later;
        const counts = kind === 'time' ? { [String(value)]: 1 } : { n: 1, sum: value };
        if (kind === 'slice') log.addInTime(kind, now, value);
        else if (kind === 'value') log.addValue(kind, now, group, value);
        else log.addTime(kind, now, group, value);
        log.addUnit(unit);
        const blocks = kind === 'slice' ? [sliceAt(now)] : [sliceAt(now), unitBlock(group)];
        (parts[kind] ??= []).push(Object.fromEntries(blocks.map((block) => [block, counts])));
      }
      for (const [kind, expected] of Object.entries(parts))
        expect(mergeBlocks([log.blocks[kind] ?? {}])).toEqual(mergeBlocks(expected));
      expect(log.units).toEqual(mergeUnits([all.map(({ unit }) => unit)]));
    }),
    { numRuns: 20 },
  );
});

it('has an end: slices that are too many grow as they do in the api', () => {
  const log = new BlockLog();
  for (let second = 0; second < 5_000; second++) log.addValue('m', START + second * 1_000, second % 32, 1);
  const blocks = log.blocks['m'] ?? {};
  expect(Object.keys(blocks).length).toBeLessThanOrEqual(1_000);
  const total = Object.entries(blocks).reduce(
    (n, [name, counts]) => n + (name.startsWith('t') ? (counts['n'] ?? 0) : 0),
    0,
  );
  expect(total).toBe(5_000);
});

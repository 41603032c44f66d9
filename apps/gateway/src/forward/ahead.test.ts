import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Ahead } from './ahead.ts';
import { Hold, MemoryBudget } from '../process/memory-budget.ts';

/** Of Node's own, that each small piece is cut from. */
const POOL_BYTES = 8_192;

it('holds at most a megabyte for a slow caller, of whatever pieces, and as many objects as that many pools', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 70_000 })), (size) => {
      const budget = new MemoryBudget(100_000_000);
      const ahead = new Ahead(new Hold(budget, budget.shareOf('m')));
      const source = Buffer.alloc(size, 'x');
      let pieces = 0;
      let held = 0;
      for (let goOn = true; goOn && pieces < 1_000_000;) {
        const piece = Buffer.from(source);
        goOn = ahead.add(piece);
        if (goOn) held += piece.buffer.byteLength;
        pieces++;
      }
      expect(pieces).toBeLessThanOrEqual(1_048_576 / Math.min(size, POOL_BYTES) + 1);
      if (size < POOL_BYTES / 2) expect(pieces).toBeLessThanOrEqual(1_048_576 / POOL_BYTES + 1);
      expect(budget.usedInAll).toBe(held);
      expect(held).toBeLessThanOrEqual(1_048_576);
    }),
    { numRuns: 200 },
  );
});

it('however much is held for slow readers, in small pieces, the heads of a thousandth of it find room, in every model', () => {
  const MOST = 1_000_000;
  const model = fc.integer({ min: 0, max: 3 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(model, fc.integer({ min: 1, max: MOST / 200 })), { maxLength: 800, size: 'max' }),
      model,
      (asked, other) => {
        const budget = new MemoryBudget(MOST);
        for (const [name, bytes] of asked) new Hold(budget, budget.shareOf(`m${name}`)).take(bytes);
        const heads = Array.from({ length: 10 }, () => new Hold(budget, budget.shareOf(`m${other}`)));
        expect(heads.map((hold) => hold.takeNeeded(MOST / 1_000))).toEqual(heads.map(() => true));
        expect(budget.usedInAll).toBeLessThanOrEqual(MOST);
      },
    ),
    { examples: [[Array.from({ length: 240 }, () => [0, 5_000] as [number, number]), 0]] },
  );
});

it('holds up the model server at once where no memory is left', () => {
  const budget = new MemoryBudget(10_000);
  const ahead = new Ahead(new Hold(budget, budget.shareOf('m')));
  expect(ahead.add(Buffer.alloc(11_000))).toBe(false);
  expect(budget.usedInAll).toBe(0);
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readReceipt, signReceipt, type Receipt } from './index.ts';

const receipt: fc.Arbitrary<Receipt> = fc
  .record({
    model: fc.string({ minLength: 1, maxLength: 50 }),
    rolloutId: fc.uuid(),
    revision: fc.nat(1_000_000),
    arm: fc.constantFrom<Receipt['arm']>('primary', 'candidate'),
    requestId: fc.string({ minLength: 1, maxLength: 100 }),
    segments: fc.array(fc.string({ maxLength: 30 }), { maxLength: 3 }),
  })
  .chain((one) =>
    fc
      .option(fc.nat(31), { nil: undefined })
      .map((unitGroup) => (unitGroup === undefined ? one : { ...one, unitGroup })),
  );

describe('receipts', () => {
  it('are read as they were written, and by the same key only', () => {
    fc.assert(
      fc.property(receipt, (one) => {
        const text = signReceipt(one, 'key');
        expect(text).toMatch(/^[A-Za-z0-9_.-]+$/);
        expect(readReceipt(text, 'key')).toEqual(one);
        expect(readReceipt(text, 'other key')).toBeNull();
      }),
    );
  });

  it('are refused with one character changed, cut off, or made up', () => {
    fc.assert(
      fc.property(receipt, fc.nat(), (one, at) => {
        const text = signReceipt(one, 'key');
        const i = at % text.length;
        const other = text[i] === 'A' ? 'B' : 'A';
        const changed = text.slice(0, i) + other + text.slice(i + 1);
        const read = readReceipt(changed, 'key');
        // The last character of base64url may carry bits that mean nothing.
        expect(read === null || JSON.stringify(read) === JSON.stringify(one)).toBe(true);
        if (i < text.length - 1) expect(readReceipt(text.slice(0, i), 'key')).toBeNull();
      }),
    );
    for (const text of ['', '.', 'a.b', 'a.b.c', 'x'.repeat(100_000)])
      expect(readReceipt(text, 'key')).toBeNull();
  });
});

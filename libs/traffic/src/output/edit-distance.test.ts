import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editDistance, levenshtein } from './edit-distance.ts';

/** By the book (Wagner and Fischer 1974). */
function byTable(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}

describe('levenshtein', () => {
  it.each([
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['', '', 0],
    ['same', 'same', 0],
    ['flaw', 'lawn', 2],
    ['a'.repeat(32), 'a'.repeat(33), 1],
    ['b' + 'a'.repeat(63), 'a'.repeat(64), 1],
  ])('%s, %s: %i', (a, b, expected) => {
    expect(levenshtein(a, b)).toBe(expected);
    expect(levenshtein(b, a)).toBe(expected);
  });

  it('is what the table says, over one block and several', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 150 }),
      fc.string({ unit: 'binary', maxLength: 70 }),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(levenshtein(a, b)).toBe(byTable(a, b));
      }),
      { numRuns: 200 },
    );
  });

  it('is what the table says of texts that are nearly the same', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 60, maxLength: 200 }),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom('', 'x', 'ab')), { maxLength: 6 }),
        (text, edits) => {
          let other = text;
          for (const [at, piece] of edits) {
            const i = at % (other.length + 1);
            other = other.slice(0, i) + piece + other.slice(i + 1);
          }
          expect(levenshtein(text, other)).toBe(byTable(text, other));
        },
      ),
    );
  });
});

describe('editDistance', () => {
  const MOST = 100;
  it.each([
    ['the same', 'The  fox ate.', 'the fox ate.', 0],
    ['nothing and nothing', '', ' \n', 0],
    ['nothing and something', '', 'abc', 1],
    ['one of three', 'abc', 'abd', 1 / 3],
    ['composed and not', 'caf\u00e9', 'cafe\u0301', 0],
    ['the end left out, far behind what is compared', 'a'.repeat(1_000), 'a'.repeat(400), 0.6],
    ['another end', 'a'.repeat(950) + 'b'.repeat(50), 'a'.repeat(1_000), 0.5],
    ['another beginning', 'b'.repeat(50) + 'a'.repeat(950), 'a'.repeat(1_000), 0.5],
  ])('%s', (_name, a, b, expected) => {
    expect(editDistance(a, b, MOST)).toBeCloseTo(expected, 12);
    expect(editDistance(b, a, MOST)).toBeCloseTo(expected, 12);
  });

  it('is a share, the same both ways, and 0 for a text and itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 900 }), fc.string({ maxLength: 900 }), (a, b) => {
        const d = editDistance(a, b, MOST);
        expect(d >= 0 && d <= 1).toBe(true);
        expect(editDistance(b, a, MOST)).toBe(d);
        expect(editDistance(a, a, MOST)).toBe(0);
      }),
    );
  });
});

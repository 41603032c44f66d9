import { describe, expect, it } from '@jest/globals';
import { binOf, magnitudeBin, unitGroup, bucketOf, type BinSpec } from '../index.ts';

const numbers: BinSpec = { kind: 'numbers', edges: [0, 10] };
const categories: BinSpec = { kind: 'categories', categories: ['de', 'fr', '1'] };

describe('bins', () => {
  it.each<[unknown, BinSpec, string]>([
    [-1, numbers, '0'],
    [0, numbers, '1'],
    [9.9, numbers, '1'],
    [10, numbers, '2'],
    [undefined, numbers, '(missing)'],
    [null, numbers, '(missing)'],
    ['7', numbers, '(invalid)'],
    [NaN, numbers, '(invalid)'],
    ['de', categories, 'de'],
    [1, categories, '1'],
    ['it', categories, '(other)'],
    [{}, categories, '(invalid)'],
  ])('%p', (value, spec, bin) => expect(binOf(value, spec)).toBe(bin));

  it.each([
    [0, '0'],
    [1, '+0'],
    [-1, '-0'],
    [1e300, '+40'],
    [1e-300, '+-40'],
  ])('magnitude of %d', (value, bin) => expect(magnitudeBin(value)).toBe(bin));
});

describe('groups of units', () => {
  it('are even, and say nothing about the arm', () => {
    const counts = Array.from({ length: 8 }, () => ({ all: 0, low: 0 }));
    for (let i = 0; i < 40_000; i++) {
      const group = counts[unitGroup('salt', `u${i}`, 8)];
      if (!group) throw new Error('no such group');
      group.all++;
      if (bucketOf('salt', `u${i}`) < 5_000) group.low++;
    }
    for (const { all, low } of counts) {
      expect(Math.abs(all - 5_000)).toBeLessThan(350);
      expect(Math.abs(low / all - 0.5)).toBeLessThan(0.04);
    }
  });
});

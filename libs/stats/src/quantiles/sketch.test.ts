import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  boundsAtRank,
  bucketBounds,
  bucketIndex,
  EMPTY_TALLY,
  mergeSketches,
  mergeTallies,
  quantile,
  sketchOf,
} from '../index.ts';

const values = fc.array(fc.double({ min: 0.002, max: 1e8, noNaN: true }), { minLength: 1, maxLength: 200 });

describe('the sketch', () => {
  it('brackets every rank within 2 %', () => {
    fc.assert(
      fc.property(values, (list) => {
        const sketch = sketchOf(list);
        const sorted = [...list].sort((a, b) => a - b);
        sorted.forEach((value, i) => {
          const bounds = boundsAtRank(sketch, i + 1);
          expect(bounds!.lower).toBeLessThanOrEqual(value * 1.000001);
          expect(bounds!.upper * 1.000001).toBeGreaterThanOrEqual(value);
          expect(bounds!.upper / bounds!.lower).toBeLessThan(1.0203);
        });
      }),
    );
  });

  it('merges in any order and grouping to the sketch of all values', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const all = sketchOf([...a, ...b, ...c]);
        expect(mergeSketches([sketchOf(c), mergeSketches([sketchOf(a), sketchOf(b)])])).toEqual(all);
      }),
    );
  });

  it('puts every value inside its bucket', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.002, max: 1e8, noNaN: true }), (value) => {
        const { lower, upper } = bucketBounds(bucketIndex(value));
        expect(value).toBeGreaterThan(lower * 0.999999);
        expect(value).toBeLessThanOrEqual(upper * 1.000001);
      }),
    );
  });

  it.each([NaN, Infinity, -1])('refuses %p', (value) => expect(() => bucketIndex(value)).toThrow(RangeError));
  it('knows nothing of an empty sketch', () => expect(quantile(sketchOf([]), 0.5)).toBeNull());
  it('merges no tallies to the empty one', () => expect(mergeTallies([])).toEqual(EMPTY_TALLY));
});

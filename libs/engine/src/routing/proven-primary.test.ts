import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { provenBefore } from './proven-primary.ts';

const terms = (proven: readonly number[], others: readonly number[] = []) => [
  ...proven.map((version) => ({ version, proven: true })),
  ...others.map((version) => ({ version, proven: false })),
];

describe('what a model may go back to', () => {
  it.each<[string, number | null, number[], ReturnType<typeof terms>, number[]]>([
    ['nothing was primary', null, [], [], []],
    ['the first one serves', 1, [1], terms([1]), []],
    ['the last one first', 3, [1, 2, 3], terms([1, 2, 3]), [2, 1]],
    ['the present one bakes', 2, [1, 2], terms([1], [2]), [1]],
    ['a bake was cut short', 3, [1, 2, 3], terms([1, 3], [2]), [1]],
    ['of one nothing is known', 3, [1, 2, 3], terms([1, 3]), [1]],
    ['none was proven', 2, [1, 2], terms([], [1, 2]), []],
  ])('%s', (_what, primary, primaryHistory, known, expected) => {
    expect(provenBefore({ primary, primaryHistory }, known)).toEqual(expected);
  });

  it('is never the primary itself, nor what is not proven', () => {
    const history = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: 1 });
    fc.assert(
      fc.property(
        history,
        fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
        (primaryHistory, proven) => {
          const known = primaryHistory.map((version) => ({ version, proven: proven[version - 1] ?? false }));
          const primary = primaryHistory.at(-1) ?? null;
          const back = provenBefore({ primary, primaryHistory }, known);
          expect(back).not.toContain(primary);
          expect(back.every((version) => proven[version - 1])).toBe(true);
          // In the order in which they served, newest first.
          const places = back.map((version) => primaryHistory.indexOf(version));
          expect(places).toEqual([...places].sort((a, b) => b - a));
        },
      ),
    );
  });
});

import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { distributionRows, stabilityWords } from './distribution-rows.ts';

it('names are by how frequent they are, and shares of each arm by itself', () => {
  expect(distributionRows({ primary: { cat: 30, dog: 70 }, candidate: { cat: 4, emu: 1 } }, false)).toEqual([
    { label: 'cat', primary: 0.3, candidate: 0.8 },
    { label: 'dog', primary: 0.7, candidate: 0 },
    { label: 'emu', primary: 0, candidate: 0.2 },
  ]);
});

it('magnitudes are in the order of their numbers, with what they reach', () => {
  const rows = distributionRows(
    { primary: { '+2': 1, '-1': 1, '0': 1 }, candidate: { '-3': 1, '+-1': 1 } },
    true,
  );
  expect(rows.map(({ label }) => label)).toEqual([
    '−3.4 to −2.3',
    '−1.5 to −1',
    '0',
    '0.44 to 0.67',
    '1.5 to 2.3',
  ]);
  // The same as names of labels stay as they are.
  const labels = distributionRows({ primary: { '+1': 2, '-1': 1 }, candidate: {} }, false);
  expect(labels.map(({ label }) => label)).toEqual(['+1', '-1']);
});

it('of many the rest is one row, and no share is lost', () => {
  const bins = fc.dictionary(fc.string({ maxLength: 4 }), fc.integer({ min: 0, max: 1_000 }), {
    maxKeys: 40,
  });
  fc.assert(
    fc.property(bins, bins, fc.boolean(), (primary, candidate, areNumbers) => {
      const rows = distributionRows({ primary, candidate }, areNumbers);
      expect(rows.length).toBeLessThanOrEqual(13);
      for (const arm of ['primary', 'candidate'] as const) {
        const sum = rows.reduce((all, row) => all + row[arm], 0);
        const counted = Object.values(arm === 'primary' ? primary : candidate).some((count) => count > 0);
        expect(sum).toBeCloseTo(counted ? 1 : 0, 9);
      }
    }),
  );
});

it.each([
  [null, 'nothing to compare yet'],
  [0.02, 'alike'],
  [0.1, 'somewhat different'],
  [0.3, 'different'],
])('an index of %p is called %s', (index, words) => {
  expect(stabilityWords(index)).toBe(words);
});

import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LogGaps } from './log-gaps.ts';

const WINDOW = 10;

it('in any order within the window, what is missing is what never came', () => {
  const numbers = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: WINDOW / 2 - 1 })), {
    ...{ minLength: 1, maxLength: 100 },
  });
  fc.assert(
    fc.property(numbers, (drawn) => {
      const gaps = new LogGaps(WINDOW);
      gaps.heard('w', 1);
      const all = drawn.map(([isLost, delay], i) => ({ number: i + 2, isLost, at: i + delay }));
      const coming = all.filter(({ isLost }) => !isLost).sort((a, b) => a.at - b.at || a.number - b.number);
      for (const { number } of coming) gaps.heard('w', number);
      for (let i = 0; i < 3 * WINDOW; i++) gaps.heard('w', all.length + 2 + i);
      expect(gaps.missing).toBe(all.length - coming.length);
    }),
  );
});

it('what was counted as missing and comes after all is not', () => {
  const gaps = new LogGaps(WINDOW);
  for (const number of [5, ...Array.from({ length: 20 }, (_, i) => 7 + i)]) gaps.heard('w', number);
  expect(gaps.missing).toBe(1);
  gaps.heard('w', 6);
  expect(gaps.missing).toBe(0);
  gaps.heard('other', 1);
  gaps.heard('other', 1_000_000);
  expect(gaps.missing).toBe(1_000_000 - 2 - WINDOW + 1);
});

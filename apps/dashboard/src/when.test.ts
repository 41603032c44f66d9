import { expect, it } from '@jest/globals';
import { lasted } from './when.ts';

it.each([
  [-5, '0 s'],
  [59_000, '59 s'],
  [90_000, '2 min'],
  [3_600_000, '1 h'],
  [47 * 3_600_000, '47 h'],
  [72 * 3_600_000, '3 days'],
])('%d ms are %s', (ms, text) => {
  expect(lasted(ms)).toBe(text);
});

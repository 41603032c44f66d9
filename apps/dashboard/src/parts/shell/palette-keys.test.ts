import { expect, it } from '@jest/globals';
import { stepTo } from './palette-keys.ts';

it.each([
  ['ArrowDown', 0, 3, 1],
  ['ArrowDown', 2, 3, 0],
  ['ArrowUp', 0, 3, 2],
  ['PageDown', 0, 3, 2],
  ['PageUp', 9, 30, 1],
  ['ArrowDown', 0, 0, null],
  ['a', 1, 3, null],
  ['Enter', 1, 3, null],
])('%s from %d of %d leads to %p', (key, at, count, place) => {
  expect(stepTo(key, at, count)).toBe(place);
});

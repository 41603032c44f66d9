import { expect, it } from '@jest/globals';
import { RateBound } from './rate-bound.ts';

it('lets so many a second pass, and no second’s worth more after a long quiet', () => {
  const clock = { now: 0 };
  const bound = new RateBound(10, () => clock.now);
  const passed = (tries: number): number =>
    Array.from({ length: tries }, () => bound.take()).filter(Boolean).length;
  expect(passed(100)).toBe(10);
  clock.now = 500;
  expect(passed(100)).toBe(5);
  clock.now = 3_600_000;
  expect(passed(100)).toBe(10);
});

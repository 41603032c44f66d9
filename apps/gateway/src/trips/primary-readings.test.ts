import { expect, it } from '@jest/globals';
import type { Route } from '#libs/traffic';
import { PrimaryReadings } from './primary-readings.ts';

const route = { rolloutId: 'r' } as Route;
const after = (unread: number): PrimaryReadings => {
  const readings = new PrimaryReadings();
  for (let i = 0; i < unread; i++) readings.note(route, false);
  return readings;
};
const asked = (readings: PrimaryReadings, times: number): number =>
  Array.from({ length: times }, () => readings.mayBeRead(route)).filter(Boolean).length;

it.each([
  [0, 100],
  [9, 100],
  [10, 5],
  [1_000, 5],
])('after %d unread answers of the primary, %d of 100 are shown to it', (unread, wanted) => {
  expect(asked(after(unread), 100)).toBe(wanted);
});

it('one that is read, or another rollout, starts anew', () => {
  const readings = after(50);
  expect(readings.mayBeRead({ rolloutId: 'other' } as Route)).toBe(true);
  readings.note(route, true);
  expect(asked(readings, 100)).toBe(100);
  const forgotten = after(50);
  forgotten.keep(new Set());
  expect(forgotten.mayBeRead(route)).toBe(true);
});

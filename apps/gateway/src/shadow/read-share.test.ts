import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Route } from '#libs/traffic';
import { AMPLE_PER_SECOND, ReadShare } from './read-share.ts';

const ROUTE: Route = {
  ...{ model: 'm', primary: { version: 1, url: 'http://127.0.0.1:1' }, candidate: null, salt: 's' },
  ...{ revision: 1, rolloutId: null, outputSpec: null, reading: null },
};
/** How many of the requests are read that come evenly, so many a second, second by second. */
function readOf(perSecond: number, seconds: number, share = new ReadShare()): number[] {
  return Array.from({ length: seconds }, (_, second) => {
    let read = 0;
    for (let i = 0; i < perSecond; i++)
      if (share.take(ROUTE, 'candidate', second * 1_000 + (i * 1_000) / perSecond)) read++;
    return read;
  });
}

it('all are read while there are no more than enough', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: AMPLE_PER_SECOND }), (perSecond) => {
      expect(readOf(perSecond, 5)).toEqual(Array.from({ length: 5 }, () => perSecond));
    }),
  );
});

it('of more, about as many as are enough, from the second second on', () => {
  fc.assert(
    fc.property(fc.integer({ min: AMPLE_PER_SECOND + 1, max: 20_000 }), (perSecond) => {
      for (const read of readOf(perSecond, 4).slice(1))
        expect(Math.abs(read - AMPLE_PER_SECOND)).toBeLessThanOrEqual(2);
    }),
    { numRuns: 50 },
  );
});

it('arms and routes have a pace each, and one that was busy reads all again when it is calm', () => {
  const share = new ReadShare();
  readOf(5_000, 3, share);
  expect(share.take(ROUTE, 'primary', 3_000)).toBe(true);
  expect(share.take({ ...ROUTE }, 'candidate', 3_000)).toBe(true);
  share.take(ROUTE, 'candidate', 4_000);
  share.take(ROUTE, 'candidate', 8_000);
  expect([9_500, 9_600, 9_700].map((now) => share.take(ROUTE, 'candidate', now))).toEqual([true, true, true]);
});

it('of long answers, fewer by their bytes, and some all the same', () => {
  const readWith = (bytes: number): number => {
    const share = new ReadShare();
    readOf(1_000, 1, share);
    share.wasRead(ROUTE, 'candidate', bytes);
    let read = 0;
    for (let i = 0; i < 1_000; i++) if (share.take(ROUTE, 'candidate', 1_000 + i)) read++;
    return read;
  };
  expect([200, 4_096, 65_536, 8_000_000].map(readWith)).toEqual([200, 200, 30, 20]);
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TRIPS_SHARE, tripsProveHarm, type TripSeen } from './judge-trip.ts';

const ALPHA = 0.0375;
/** Pauses in a row at one gateway, without one answer between them. */
const row = (pauses: number, gateway = 'a', each = 8): TripSeen[] =>
  Array.from({ length: pauses }, (_, i) => ({ gateway, failures: each, inARow: each * (i + 1) }));

describe('trips alone prove harm', () => {
  it.each<[string, TripSeen[], number, readonly string[] | null]>([
    ['not by one', row(1), 1, null],
    ['not by three in a row', row(3), 1, null],
    ['by four in a row', row(4), 1, ['a']],
    ['not where it has answered in between', [...row(3), ...row(3)], 1, null],
    ['later in a rollout by more: the second row', [...row(1), ...row(4)], 1, null],
    ['the second row, of five', [...row(1), ...row(5)], 1, ['a']],
    ['not by one gateway of several', row(9), 20, null],
    ['by two gateways of several', [...row(4, 'a'), ...row(5, 'b')], 20, ['a', 'b']],
    [
      'by a gateway that stops for good, where it is the only one',
      [{ gateway: 'a', failures: 8, inARow: Infinity }],
      1,
      ['a'],
    ],
    ['not by one of two that stops for good', [{ gateway: 'a', failures: 8, inARow: Infinity }], 2, null],
  ])('%s', (_title, trips, gateways, proving) => {
    expect(tripsProveHarm(trips, ALPHA, gateways)).toEqual(proving);
  });
});

it('good candidates are lost to trips with at most their part of alpha, however many rows there are', () => {
  // The chance of the m-th row is 1/10 to the power of the further pauses that it needs.
  const rows = (n: number): TripSeen[] => Array.from({ length: n }, () => row(1)).flat();
  let chance = 0;
  for (let m = 1; m <= 60; m++) {
    let further = 0;
    while (tripsProveHarm([...rows(m - 1), ...row(1 + further)], ALPHA, 1) === null) further++;
    chance += 0.1 ** further;
  }
  // What is left after 60 rows is at most budget / 61.
  expect(chance).toBeLessThanOrEqual(ALPHA * TRIPS_SHARE);
});

it('is never proven sooner with more gateways, a smaller alpha, or an answer in between', () => {
  const trips = fc.array(fc.record({ gateway: fc.constantFrom('a', 'b'), resets: fc.boolean() }), {
    maxLength: 14,
  });
  fc.assert(
    fc.property(trips, fc.double({ min: 0.001, max: 0.1, noNaN: true }), (made, alpha) => {
      const rowOf: Record<string, number> = {};
      const seen = made.map(({ gateway, resets }): TripSeen => {
        const inARow = (resets ? 0 : (rowOf[gateway] ?? 0)) + 8;
        rowOf[gateway] = inARow;
        return { gateway, failures: 8, inARow };
      });
      if (tripsProveHarm(seen, alpha, 2) !== null) expect(tripsProveHarm(seen, alpha, 1)).not.toBeNull();
      if (tripsProveHarm(seen, alpha / 2, 1) !== null) expect(tripsProveHarm(seen, alpha, 1)).not.toBeNull();
    }),
  );
});

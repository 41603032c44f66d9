import { expect, it } from '@jest/globals';
import { chanceOfTrip, MOST_BY_CHANCE } from './judge-trip.ts';

const seen = (
  failures: number,
  of: number,
  primaryFailures: number,
  primaryOf: number,
  inARow = 0,
): Parameters<typeof chanceOfTrip>[0] => ({ failures, of, primaryFailures, primaryOf, inARow });

// C(8,8)·C(8,0)/C(16,8) by hand, and so on; the last two in whole numbers (math.comb of Python).
it.each([
  [seen(8, 8, 0, 8), 1 / 12_870],
  [seen(8, 10, 0, 20), 45 / 5_852_925],
  [seen(3, 3, 0, 3), 1 / 20],
  [seen(3, 3, 0, 9, 9), 1 / 48_620],
  [seen(0, 10, 0, 10), 1],
  [seen(4, 10, 4, 10), 0.6750416765896642],
  [seen(8, 10, 40, 100), 0.017572064064494977],
])('is Fisher’s exact test: %j', (trip, chance) => {
  expect(chanceOfTrip(trip)).toBeCloseTo(chance, 7);
});

it('is bounded work, and no surer, whatever a gateway says', () => {
  expect(chanceOfTrip(seen(8, 10, 400_000_000, 1_000_000_000))).toBeCloseTo(0.012787057, 6);
  expect(chanceOfTrip(seen(8, 8, 1, 1_000_000_000))).toBeLessThan(MOST_BY_CHANCE);
});

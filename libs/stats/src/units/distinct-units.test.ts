import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { distinctUnits, fewestUnits, mergeUnits, MOST_UNIT_HASHES } from '../index.ts';
import { seededRandom } from '../seeded-random.fixture.ts';

const hashes = fc.array(fc.nat(2 ** 32 - 1), { maxLength: 200 });

describe('distinct units', () => {
  it('are counted exactly while there are few, and roughly when there are many', () => {
    const random = seededRandom(7);
    for (const units of [0, 1, 5, MOST_UNIT_HASHES - 1, 300, 20_000]) {
      const seen = Array.from({ length: units }, () => Math.floor(random() * 2 ** 32));
      const counted = distinctUnits(mergeUnits([seen, seen]));
      if (units < MOST_UNIT_HASHES) expect(counted).toBe(units);
      else expect(Math.abs(counted / units - 1)).toBeLessThan(0.6);
    }
  });

  it('merge in any order, and to the same as all at once', () => {
    fc.assert(
      fc.property(hashes, hashes, hashes, (a, b, c) => {
        const whole = mergeUnits([a, b, c]);
        expect(mergeUnits([mergeUnits([c]), mergeUnits([b, mergeUnits([a])])])).toEqual(whole);
        expect(whole.length).toBeLessThanOrEqual(MOST_UNIT_HASHES);
      }),
    );
  });

  it('the rule of three, up to 150', () => {
    expect([0, 0.001, 0.01, 0.05, 0.1, 0.3].map(fewestUnits)).toEqual([150, 150, 150, 60, 30, 10]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketOf, chooseArm, isMirrored, isNewer, murmur3, type RouteCandidate } from '../index.ts';

const candidate = (weight: number, mode: RouteCandidate['mode'] = 'canary'): RouteCandidate => ({
  version: 2,
  url: 'http://c',
  mode,
  weight,
});
const units = fc.string({ minLength: 1, maxLength: 40 });

describe('the hash', () => {
  // Reference values of MurmurHash3_x86_32.
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['test', 0, 0xba6bd213],
    ['Hello, world!', 0, 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
  ])('%p with seed %d', (text, seed, hash) => expect(murmur3(text, seed)).toBe(hash));
});

describe('the choice of an arm', () => {
  it('keeps a unit on the candidate while the weight grows', () => {
    fc.assert(
      fc.property(units, units, fc.nat(10_000), fc.nat(10_000), (salt, unit, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        if (chooseArm({ salt, candidate: candidate(low) }, unit) === 'candidate') {
          expect(chooseArm({ salt, candidate: candidate(high) }, unit)).toBe('candidate');
        }
      }),
    );
  });

  it('holds back nobody who has had the candidate, as long as both find room on the wheel', () => {
    fc.assert(
      fc.property(units, units, fc.nat(10_000), fc.nat(10_000), (salt, unit, a, b) => {
        const weight = Math.min(a, 10_000 - b);
        const inCanary = chooseArm({ salt, candidate: candidate(weight) }, unit);
        const inBake = chooseArm({ salt, candidate: { ...candidate(b), heldBack: true } }, unit);
        expect(inCanary === 'candidate' && inBake === 'candidate').toBe(false);
      }),
    );
  });

  it('gives nobody to 0 % and to a shadow, everybody to 100 %', () => {
    fc.assert(
      fc.property(units, units, (salt, unit) => {
        expect(chooseArm({ salt, candidate: candidate(0) }, unit)).toBe('primary');
        expect(chooseArm({ salt, candidate: candidate(10_000, 'shadow') }, unit)).toBe('primary');
        expect(chooseArm({ salt, candidate: null }, unit)).toBe('primary');
        expect(chooseArm({ salt, candidate: candidate(10_000) }, unit)).toBe('candidate');
        expect(isMirrored({ salt, candidate: candidate(10_000, 'shadow') }, unit)).toBe(true);
        expect(isMirrored({ salt, candidate: candidate(10_000, 'canary') }, unit)).toBe(false);
      }),
    );
  });

  it.each([100, 1_000, 5_000])('gives about its share at %d bp', (weight) => {
    const n = 40_000;
    let hits = 0;
    for (let i = 0; i < n; i++) if (bucketOf('salt', `user-${i}`) < weight) hits++;
    const p = weight / 10_000;
    expect(Math.abs(hits / n - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / n));
  });

  it('splits two salts independently', () => {
    let both = 0;
    for (let i = 0; i < 20_000; i++)
      if (bucketOf('a', `u${i}`) < 1_000 && bucketOf('b', `u${i}`) < 1_000) both++;
    expect(Math.abs(both / 20_000 - 0.01)).toBeLessThan(0.004);
  });
});

it('a route is replaced by a newer revision only', () => {
  expect(isNewer(undefined, { revision: 1 })).toBe(true);
  expect(isNewer({ revision: 2 }, { revision: 2 })).toBe(false);
  expect(isNewer({ revision: 3 }, { revision: 2 })).toBe(false);
});

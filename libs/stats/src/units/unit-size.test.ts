import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lnDifferenceEvidence, lnPairedEvidence, UNIT_GROUPS, unitSize } from '../index.ts';
import { tollOfUnits } from '../rates/bet-grid.ts';
import { seededRandom } from '../seeded-random.fixture.ts';

describe('how many requests a unit sends', () => {
  /** So many units of one size, dealt to groups. */
  function dealt(units: number, size: number, seed: number): Record<string, number> {
    const random = seededRandom(seed);
    const groups: Record<string, number> = {};
    for (let u = 0; u < units; u++) {
      const group = String(Math.floor(random() * UNIT_GROUPS));
      groups[group] = (groups[group] ?? 0) + size;
    }
    return groups;
  }
  it.each([1, 5, 40])('%d each, to a half in nearly all of a hundred deals', (size) => {
    const found = Array.from({ length: 100 }, (_, i) =>
      unitSize(dealt(800, size, 2 * i), dealt(800, size, 2 * i + 1)),
    );
    const near = found.filter((one) => one >= size / 1.5 && one <= size * 1.5);
    expect(near.length).toBeGreaterThanOrEqual(95);
  });

  it('is the candidate’s own where that is larger: a busy unit is on one arm', () => {
    const usual = dealt(9_900, 1, 1);
    const busy = { ...dealt(700, 1, 2), '7': 322 };
    // Of 1,000 requests 300 are one unit's: 300²/1,000 = 90.
    expect(unitSize(busy, usual)).toBeGreaterThan(50);
    expect(unitSize(usual, busy)).toBeLessThan(20);
  });

  it('is 1 where nothing is known of units, and never less', () => {
    expect(unitSize({}, {})).toBe(1);
    const even = Object.fromEntries(Array.from({ length: UNIT_GROUPS }, (_, g) => [String(g), 100]));
    expect(unitSize(even, even)).toBe(1);
  });
});

describe('the toll of units that fail as a whole', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 40 });
  const lnBad = fc.double({ min: -4, max: -0.001, noNaN: true });
  const margin = fc.constantFrom(0.001, 0.01, 0.1, 0.25);
  const base = fc.constantFrom(0, 0.02, 0.3, 0.5);

  it('of units of any sizes is at most that of equal ones with the same Σn²/Σn', () => {
    fc.assert(
      fc.property(sizes, lnBad, margin, base, (units, ln, difference, q) => {
        const toll = (size: number): number => tollOfUnits(ln, { difference, base: q, size });
        const all = units.reduce((sum, n) => sum + n, 0);
        const exact = units.reduce((sum, n) => sum + n * toll(n), 0) / all;
        const known = units.reduce((sum, n) => sum + n ** 2, 0) / all;
        expect(exact).toBeLessThanOrEqual(toll(known) + 1e-12);
      }),
    );
  });

  it('makes a fair bet fair for units, and no less for units of which a share fails', () => {
    const [r, q] = [0.4, 0.1];
    for (const difference of [0.01, 0.2])
      for (const size of [1, 2, 10, 50]) {
        // Fair where each request fails by itself.
        const good = 1 / (1 - (q + difference) * (1 - r));
        const usual = good * (1 - q * (1 - r));
        const less = Math.exp(-size * tollOfUnits(Math.log(r), { difference, base: q, size }));
        for (const part of [1, 0.5, 0.25]) {
          const failing = difference / (1 - q) / part;
          const failed = (good * r) ** (part * size) * usual ** ((1 - part) * size);
          const mean = (failing * failed + (1 - failing) * usual ** size) * less;
          expect(mean).toBeLessThanOrEqual(1 + 1e-9);
          if (part === 1) expect(mean).toBeCloseTo(1, 9);
        }
      }
  });
});

/** Evenly as in expectation: units of `size`, of which a share fails as a whole, and no other request. */
describe('a candidate of which each hundredth unit fails as a whole, with a margin of a point', () => {
  const byArms = (n: number, bad: number, size: number): number =>
    lnDifferenceEvidence(
      {
        candidate: { successes: bad, trials: n },
        primary: { successes: 0, trials: n },
        ratio: 1,
        unitSize: size,
      },
      0.01,
      'below',
    );
  const byPairs = (n: number, bad: number, size: number): number =>
    lnPairedEvidence({ onlyCandidate: bad, onlyPrimary: 0, both: 0, pairs: n }, 0.01, 'below', size);

  it.each([
    ['by arms', byArms],
    ['by pairs', byPairs],
  ])('wins nothing on average, %s', (_name, ln) => {
    for (const size of [1, 2, 5, 20, 100]) {
      const units = 400;
      // Binomial: the expectation of the e-value over how many units fail.
      let [expected, chance] = [0, 0.99 ** units];
      for (let failed = 0; failed <= units; failed++) {
        expected += chance * Math.exp(ln(units * size, failed * size, size));
        chance *= ((units - failed) / (failed + 1)) * (0.01 / 0.99);
      }
      expect(expected).toBeLessThanOrEqual(1 + 1e-9);
      // As if each request had a unit of its own, it wins without end.
      if (size >= 20) expect(Math.exp(ln(units * size, 0, 1)) * 0.99 ** units).toBeGreaterThan(100);
    }
  });

  it.each([
    ['by arms', byArms],
    ['by pairs', byPairs],
  ])('and one of which none fails is proven by some 700 units, whatever their size, %s', (_name, ln) => {
    for (const size of [1, 5, 20, 100]) expect(ln(700 * size, 0, size)).toBeGreaterThanOrEqual(Math.log(20));
    for (const size of [5, 20, 100]) expect(ln(250 * size, 0, size)).toBeLessThan(Math.log(20));
  });
});

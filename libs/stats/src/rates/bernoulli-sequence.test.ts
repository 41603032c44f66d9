import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bernoulliAcceptance, bernoulliInterval, lnEvidenceAgainst } from './bernoulli-sequence.ts';
import { seededRandom } from '../seeded-random.fixture.ts';

const rate = fc
  .tuple(fc.integer({ min: 0, max: 5_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([trials, share]) => ({ trials, successes: Math.round(trials * share) }));
/** Relative; the evidence itself is only as exact as a sum of logarithms of gamma functions. */
const NUDGE = 1e-7;
const alpha = fc.double({ min: 1e-6, max: 0.5, noNaN: true });

describe('the Bernoulli confidence sequence', () => {
  it('agrees with values worked out by hand', () => {
    // n = 1, s = 1: B(1.5, .5)/B(.5, .5) = 1/2, so the e-value against p is 1/(2p).
    expect(lnEvidenceAgainst({ successes: 1, trials: 1 }, 0.25)).toBeCloseTo(Math.log(2), 12);
    // n = 2, s = 1: B(1.5, 1.5)/B(.5, .5) = 1/8; against p = 1/2 that is (1/8)/(1/4) = 1/2.
    expect(lnEvidenceAgainst({ successes: 1, trials: 2 }, 0.5)).toBeCloseTo(Math.log(0.5), 12);
    // n = 1, s = 1 at alpha = 0.05: rejected are p with 1/(2p) >= 20, so the lower bound is 1/40.
    expect(bernoulliInterval({ successes: 1, trials: 1 }, 0.05).lower).toBeCloseTo(1 / 40, 9);
  });

  it('contains the mean, lies in [0, 1], and its ends are where the evidence reaches 1/alpha', () => {
    fc.assert(
      fc.property(rate, alpha, (r, a) => {
        const { lower, upper } = bernoulliInterval(r, a);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        if (r.trials === 0) return;
        const mean = r.successes / r.trials;
        expect(lower).toBeLessThanOrEqual(mean);
        expect(upper).toBeGreaterThanOrEqual(mean);
        const limit = Math.log(1 / a);
        // An end is rejected, and the next step towards the mean is not: this holds however steep the evidence is.
        if (lower > 0) {
          expect(lnEvidenceAgainst(r, lower)).toBeGreaterThanOrEqual(limit);
          expect(lnEvidenceAgainst(r, Math.min(mean, lower * (1 + NUDGE)))).toBeLessThan(limit);
        }
        if (upper < 1) {
          expect(lnEvidenceAgainst(r, upper)).toBeGreaterThanOrEqual(limit);
          const step = Math.max((1 - upper) * NUDGE, 2 * Number.EPSILON);
          expect(lnEvidenceAgainst(r, Math.max(mean, upper - step))).toBeLessThan(limit);
        }
      }),
    );
  });

  it('mirrors when successes and failures change places', () => {
    fc.assert(
      fc.property(rate, alpha, (r, a) => {
        const one = bernoulliInterval(r, a);
        const other = bernoulliInterval({ trials: r.trials, successes: r.trials - r.successes }, a);
        expect(other.lower).toBeCloseTo(1 - one.upper, 9);
      }),
    );
  });

  it('accepts exactly the counts whose interval holds p', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (trials, p) => {
          const { from, to } = bernoulliAcceptance(trials, p, 0.01);
          for (const s of [from - 1, from, to, to + 1]) {
            if (s < 0 || s > trials) continue;
            const accepted = lnEvidenceAgainst({ successes: s, trials }, p) < Math.log(100);
            expect(accepted).toBe(s >= from && s <= to);
          }
        },
      ),
    );
  });

  it('covers the true rate at every look in far more than 1 - alpha of the streams', () => {
    const random = seededRandom(11);
    let missed = 0;
    const streams = 400;
    for (let stream = 0; stream < streams; stream++) {
      let successes = 0;
      for (let n = 1; n <= 600; n++) {
        if (random() < 0.03) successes++;
        if (lnEvidenceAgainst({ successes, trials: n }, 0.03) >= Math.log(1 / 0.1)) {
          missed++;
          break;
        }
      }
    }
    // Ville: at most 10 % in expectation; 400 streams leave this bound 4 standard errors of room.
    expect(missed / streams).toBeLessThan(0.16);
  });

  it.each([
    { successes: 3, trials: 2 },
    { successes: -1, trials: 2 },
    { successes: Infinity, trials: Infinity },
    { successes: NaN, trials: 2 },
  ])('refuses %p', (r) => expect(() => bernoulliInterval(r, 0.05)).toThrow(RangeError));
});

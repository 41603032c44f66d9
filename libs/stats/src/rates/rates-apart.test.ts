import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeRatesApart, lnApartEvidence, type Rate } from '../index.ts';
import { seededRandom } from '../seeded-random.fixture.ts';

const of = (successes: number, trials: number): Rate => ({ successes, trials });
const BUDGET = { harm: 0.025, safety: 0.05 };

describe('rates of two arms that ran one after the other', () => {
  it.each<[string, Rate, Rate, number, string]>([
    ['one in ten fails where none of 120 did', of(160, 1_600), of(0, 120), 0.02, 'fail'],
    [
      'one in ten fails where none of 60 did: that may be chance',
      of(160, 1_600),
      of(0, 60),
      0.02,
      'undecided',
    ],
    ['none fails on either', of(0, 400), of(0, 400), 0.02, 'pass'],
    ['one in a hundred on both', of(20, 2_000), of(20, 2_000), 0.02, 'pass'],
    ['one in twenty on both is no harm', of(50, 1_000), of(50, 1_000), 0.02, 'undecided'],
    ['better than asked', of(0, 2_000), of(400, 2_000), -0.1, 'pass'],
    ['no better than before, though better was asked', of(400, 2_000), of(400, 2_000), -0.1, 'fail'],
  ])('%s', (_what, candidate, primary, margin, verdict) => {
    expect(judgeRatesApart(candidate, primary, margin, BUDGET).verdict).toBe(verdict);
  });

  const rate = fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 300 })).map(([a, b]) => of(Math.min(a, b), b));
  const difference = fc.integer({ min: -90, max: 90 }).map((n) => n / 100);

  it('takes the least over all pairs of rates that the hypothesis allows', () => {
    fc.assert(
      fc.property(
        rate,
        rate,
        difference,
        fc.constantFrom('above' as const, 'below' as const),
        (c, p, d, side) => {
          const least = lnApartEvidence(c, p, d, side);
          // A pair's own value: the evidence against a hypothesis of that pair alone, got by its two halves.
          for (let i = 1; i < 20; i++)
            for (let j = 1; j < 20; j++) {
              const [a, b] = [i / 20, j / 20];
              if (side === 'above' ? a > b + d : a < b + d) continue;
              expect(least).toBeLessThanOrEqual(against(c, a) + against(p, b) + base(c, p) + 1e-6);
            }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('says an interval that holds what it estimates, and a verdict that agrees with it', () => {
    fc.assert(
      fc.property(rate, rate, difference, (c, p, margin) => {
        const { verdict, interval, estimate } = judgeRatesApart(c, p, margin, BUDGET);
        expect(interval.lower).toBeLessThanOrEqual(estimate ?? 0);
        expect(interval.upper).toBeGreaterThanOrEqual(estimate ?? 0);
        if (verdict === 'fail') expect(interval.lower).toBeGreaterThanOrEqual(margin);
        if (verdict === 'pass') expect(interval.upper).toBeLessThanOrEqual(margin);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['harm, no margin', 0.02, 0, 'above'],
    ['harm', 0.001, 0.02, 'above'],
    ['safety', 0.03, 0.02, 'below'],
    ['harm of what fails often', 0.4, 0.1, 'above'],
  ] as const)('%s: errs in at most alpha of the streams at the edge', (_what, base, margin, side) => {
    const random = seededRandom(21);
    const STREAMS = Number(process.env['COVERAGE_STREAMS'] ?? 2_000) / 10;
    let erred = 0;
    for (let i = 0; i < STREAMS; i++) {
      const before = 20 + Math.floor(random() * 180);
      let bad = 0;
      for (let n = 0; n < before; n++) if (random() < base) bad++;
      for (let n = 1, s = 0; n <= 300; n++) {
        if (random() < base + margin) s++;
        if (lnApartEvidence(of(s, n), of(bad, before), margin, side) < Math.log(1 / 0.05)) continue;
        erred++;
        break;
      }
    }
    expect(erred / STREAMS).toBeLessThanOrEqual(0.05);
  });
});

const against = ({ successes, trials }: Rate, p: number): number =>
  -successes * Math.log(p) - (trials - successes) * Math.log(1 - p);
/** The mixtures' part: what is left of the evidence where the observed pair is within the hypothesis. */
const base = (c: Rate, p: Rate): number => lnApartEvidence(c, p, 0.999, 'above') - most(c) - most(p);
const most = ({ successes, trials }: Rate): number => {
  const share = successes / trials;
  return share === 0 || share === 1 ? 0 : against({ successes, trials }, share);
};

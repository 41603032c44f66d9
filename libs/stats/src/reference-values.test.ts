import { describe, expect, it } from '@jest/globals';
import {
  chiSquare,
  jensenShannon,
  lnEvidenceAgainst,
  lnNormalMixture,
  lnSampleRatioEvidence,
  mergeMoments,
  momentsOf,
  populationStabilityIndex,
  varianceOf,
  type Bins,
} from './index.ts';

const bins = (...counts: number[]): Bins => Object.fromEntries(counts.map((n, i) => [String(i), n]));

/** Values that somebody else's implementation gave; its name and version are beside each. */
describe('reference values', () => {
  // confseq 0.0.11 (Howard et al.), boundaries.beta_binomial_log_mixture, two-sided, g = h = 1/2, r = 1/4.
  it.each([
    [3, 10, -0.5823328142],
    [70, 100, 5.6970940444],
    [560, 1_000, 3.5374588804],
  ])('the Bernoulli mixture against 1/2: %d of %d', (successes, trials, ln) => {
    expect(lnEvidenceAgainst({ successes, trials }, 0.5)).toBeCloseTo(ln, 9);
  });

  // scipy 1.x special.betaln, the formula of DESIGN 11 written out.
  it.each([
    [3, 10, 0.01, 6.372058289119677],
    [12, 1_000, 0.3, 298.1573591366637],
    [1_000, 1e6, 0.01, 6731.0670029816565],
    [1e9, 1e12, 0.3, 349614986672.8498],
  ])('the Bernoulli mixture: %d of %d against %d', (successes, trials, p, ln) => {
    expect(lnEvidenceAgainst({ successes, trials }, p) / ln).toBeCloseTo(1, 9);
  });

  // confseq, boundaries.normal_log_mixture, two-sided, rho = 100.
  it.each([
    [200, 30, 0.9506938557],
    [1_000, 90, 2.4828705454],
  ])('the normal mixture: v = %d, s = %d', (v, s, ln) => {
    expect(lnNormalMixture(v, s / v, 1 / 100)).toBeCloseTo(ln, 9);
  });

  // scipy special.gammaln: the Dirichlet-multinomial of Lindon & Malek with concentration 1000.
  it('the sample ratio: 70 and 430 where 10 % and 90 % were declared', () => {
    expect(lnSampleRatioEvidence([70, 430], [0.1, 0.9])).toBeCloseTo(1.1684229204, 8);
  });

  // scipy: spatial.distance.jensenshannon(base=2)^2 and stats.chi2_contingency(correction=False).
  it('distances of histograms', () => {
    const [a, b] = [bins(10e6, 20e6, 30e6, 40e6), bins(40e6, 30e6, 20e6, 10e6)];
    expect(jensenShannon(a, b)).toBeCloseTo(0.1535606553, 6);
    expect(populationStabilityIndex(a, b)).toBeCloseTo(0.9128696383, 6);
    const { statistic, degrees, p } = chiSquare(bins(10, 20, 30, 40), bins(40, 30, 20, 10));
    expect([statistic, degrees]).toEqual([expect.closeTo(40, 9), 3]);
    expect(p).toBeCloseTo(1.065509e-8, 12);
  });

  // Python 3.11 statistics.variance.
  it('moments: a variance that a difference of large sums would lose', () => {
    const values = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16];
    expect(varianceOf(momentsOf(values))).toBeCloseTo(30, 9);
    expect(varianceOf(mergeMoments([momentsOf(values.slice(0, 1)), momentsOf(values.slice(1))]))).toBeCloseTo(
      30,
      9,
    );
  });
});

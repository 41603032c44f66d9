import { lnMeanDifferenceEvidence, type MeanHypothesis } from './mean-difference-bets.ts';
import { lnOverStrata } from '../strata.ts';
import { boundsOnGrid } from './value-points.ts';
import { type PointStrata, type ValueRange, scaled } from './bounded-samples.ts';

/** How far the candidate's mean may be on the worse side: so far from the primary's, or so many times it. */
export type BoundedMargin = { readonly worse: 'higher' | 'lower' } & (
  { readonly by: number } | { readonly ratio: number }
);

export const signOf = ({ worse }: BoundedMargin): 1 | -1 => (worse === 'higher' ? 1 : -1);
/** The difference, or the ratio, that the candidate may just have. */
export const edgeOf = (margin: BoundedMargin): number =>
  'by' in margin ? signOf(margin) * margin.by : margin.ratio;

/**
 * Logarithms of the e-values against "the difference (or the ratio) is `at`, or on its better side" (`harm`), and "or on its worse side"
 * (`safety`).
 */
export function boundedMeansEvidence(
  strata: PointStrata,
  range: ValueRange,
  margin: BoundedMargin,
): (at: number, question: 'harm' | 'safety') => number {
  const grid = boundsOnGrid(range.from, range.to);
  const arms = {
    harm: strata.harm.map((one) => scaled(one, grid)),
    safety: strata.safety.map((one) => scaled(one, grid)),
  };
  return (at, question) => {
    const hypothesis = onScale('by' in margin ? { times: 1, most: at } : { times: at, most: 0 }, grid);
    const side = (question === 'harm') === (margin.worse === 'higher') ? 'above' : 'below';
    const logs = arms[question].map((one) => lnMeanDifferenceEvidence(one, hypothesis, side));
    return lnOverStrata(logs, strata.most[question]);
  };
}

/** The hypothesis on values of which `from` is 0 and `to` is 1. */
function onScale({ times, most }: MeanHypothesis, { from, to }: ValueRange): MeanHypothesis {
  return { times, most: (most - from * (1 - times)) / (to - from) };
}

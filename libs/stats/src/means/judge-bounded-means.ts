import { needed, numbers } from '../rates/rate-words.ts';
import { short } from '../text.ts';
import { boundsOnGrid } from './value-points.ts';
import { noData, type Budget, type Interval, type Judgement } from '../verdict.ts';
import { type PointStrata, type ValueRange, meanOf, latestOf } from './bounded-samples.ts';
import { type BoundedMargin, signOf, boundedMeansEvidence, edgeOf } from './bounded-means-evidence.ts';

/**
 * Has the candidate's mean moved beyond the margin to the worse side? By bets on the difference of two bounded means
 * (`lnMeanDifferenceEvidence`), stratum by stratum: `fail` when the e-value against "within the margin" reaches 1/harm, `pass` when the one
 * against "at the margin or beyond" reaches 1/safety. Exact at every look, for any distribution within the range. With a `ratio`, the
 * estimate and the interval are of the ratio.
 * @param values where the values come from and what became of those beyond, in words
 */
export function judgeBoundedMeans(
  strata: PointStrata,
  range: ValueRange,
  margin: BoundedMargin,
  budget: Budget,
  values: string,
): Judgement {
  const grid = boundsOnGrid(range.from, range.to);
  const pooled = {
    candidate: meanOf(strata.harm, 'candidate', grid),
    primary: meanOf(strata.harm, 'primary', grid),
  };
  const { candidate, primary } = pooled;
  const counts = { candidate: Math.round(candidate.n), primary: Math.round(primary.n) };
  if (candidate.n === 0 || primary.n === 0)
    return noData(`no values of the ${candidate.n === 0 ? 'candidate' : 'primary'} yet`, counts);
  const sign = signOf(margin);
  const lnAt = boundedMeansEvidence(strata, range, margin);
  const edge = edgeOf(margin);
  const limits = { harm: Math.log(1 / budget.harm), safety: Math.log(1 / budget.safety) };
  const [harm, safety] = [lnAt(edge, 'harm'), lnAt(edge, 'safety')];
  const verdict = harm >= limits.harm ? 'fail' : safety >= limits.safety ? 'pass' : 'undecided';
  const now = latestOf(strata.harm, grid) ?? pooled;
  const estimate =
    'by' in margin ? now.candidate.mean - now.primary.mean : now.candidate.mean / now.primary.mean;
  const isRejected = (question: 'harm' | 'safety') => (at: number) => lnAt(at, question) >= limits[question];
  const most = 'by' in margin ? grid.to - grid.from : 1_000;
  const near = { from: Number.isFinite(estimate) ? estimate : edge, edge };
  const worst = reach(near, sign * most, isRejected('safety'));
  const best = reach(near, 'by' in margin ? -sign * most : sign === 1 ? 1 / most : most, isRejected('harm'));
  const interval = sign === 1 ? { lower: best, upper: worst } : { lower: worst, upper: best };
  return {
    verdict,
    ...{ estimate: Number.isFinite(estimate) ? estimate : null, margin: edge },
    interval,
    counts,
    evidence: numbers(harm, safety, limits),
    because: `${short(now.candidate.mean)} on ${counts.candidate} against ${short(now.primary.mean)} on ${counts.primary}, ${values}: ${inWords(interval, margin)}`,
    requestsNeeded:
      verdict === 'undecided'
        ? needed(candidate.n, [
            [harm, limits.harm],
            [safety, limits.safety],
          ])
        : null,
  };
}

function inWords({ lower, upper }: Interval, margin: BoundedMargin): string {
  const side = (x: number | null): string => (x === null ? 'unknown' : short(x));
  if ('by' in margin)
    return `the difference lies between ${side(lower)} and ${side(upper)}; ${short(margin.by)} ${margin.worse} is allowed`;
  return `between ${side(lower)} and ${side(upper)} times; ${margin.ratio} times is allowed`;
}

const HALVINGS = 9;

/** The value nearest to the estimate, towards `end`, that is rejected; `null` where not even the end is. The margin's edge is looked at, too. */
function reach(
  { from, edge }: { readonly from: number; readonly edge: number },
  end: number,
  isRejected: (at: number) => boolean,
): number | null {
  if (!isRejected(end)) return null;
  let [inside, outside] = [from, end];
  const isBetween = (edge - from) * (end - edge) > 0;
  for (let i = 0; i <= HALVINGS; i++) {
    const middle = i === 0 && isBetween ? edge : (inside + outside) / 2;
    if (isRejected(middle)) outside = middle;
    else inside = middle;
  }
  return outside;
}

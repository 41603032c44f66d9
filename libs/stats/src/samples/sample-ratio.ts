import betalnCjs from '@stdlib/math-base-special-betaln';
import { percent } from '../text.ts';
import { noData, type Budget, type Judgement } from '../verdict.ts';

const betaln = betalnCjs as unknown as (a: number, b: number) => number;

/** How firmly the mixture believes in the declared shares: as if so many requests had been seen. */
const CONCENTRATION = 1_000;

/**
 * Logarithm of the e-value against "requests fall on the arms by these shares": the sequential test
 * of Lindon & Malek (2022), "Anytime-Valid Inference for Multinomial Count Data": the
 * Dirichlet-multinomial probability of the counts over the multinomial one under the declared
 * shares. The Dirichlet's part is a product of Beta functions, one for each arm but the last.
 * @param counts not negative; may be fractions, after a design effect
 * @param shares above 0; they add up to 1
 */
export function lnSampleRatioEvidence(counts: readonly number[], shares: readonly number[]): number {
  let ln = 0;
  let countsLeft = counts.reduce((a, b) => a + b, 0);
  let priorLeft = CONCENTRATION;
  counts.forEach((count, i) => {
    const share = shares[i] ?? 0;
    if (count > 0) ln -= count * Math.log(share);
    if (i === counts.length - 1) return;
    const prior = CONCENTRATION * share;
    countsLeft -= count;
    priorLeft -= prior;
    ln += betaln(prior + count, priorLeft + countsLeft) - betaln(prior, priorLeft);
  });
  return ln;
}

/**
 * Do the arms get the shares of requests that the route declares? `fail` says that the evidence
 * itself is unsound (a routing fault, lost batches), not that the candidate is bad.
 * @param share the candidate's declared share, in (0, 1)
 */
export function judgeSampleRatio(
  candidate: number,
  primary: number,
  share: number,
  budget: Budget,
): Judgement {
  const total = candidate + primary;
  const counts = { candidateRequests: Math.round(candidate), primaryRequests: Math.round(primary) };
  if (total === 0) return noData('no requests yet', counts);
  const ln = lnSampleRatioEvidence([candidate, primary], [share, 1 - share]);
  const estimate = candidate / total;
  const shown = `${percent(estimate)} of ${Math.round(total)} went to the candidate, ${percent(share)} were meant to`;
  const fails = ln >= Math.log(1 / budget.harm);
  return {
    verdict: fails ? 'fail' : 'pass',
    estimate,
    interval: { lower: null, upper: null },
    counts,
    because: fails ? `${shown}: that is no accident` : `${shown}: nothing speaks against it`,
  };
}

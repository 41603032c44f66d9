import betalnCjs from '@stdlib/math-base-special-betaln';
import type { Rate } from './bernoulli-sequence.ts';
import { lnMean } from '../ln-sum.ts';
import { countsOf, edge, missingArm, needed, numbers, ratesOf } from './rate-words.ts';
import { percent } from '../text.ts';
import { noData, type Budget, type Judgement } from '../verdict.ts';

// The package is CommonJS with `export =`; under NodeNext the callable is the default import.
const betaln = betalnCjs as unknown as (a: number, b: number) => number;

/**
 * Beta(a, b) that are mixed in equal parts. Jeffreys' alone asks for many requests of an arm that never fails, which is
 * the usual one: the others expect a rate of some per cent, and of some per mille.
 */
const PRIORS = [
  { a: 0.5, b: 0.5 },
  { a: 0.5, b: 10 },
  { a: 0.5, b: 100 },
].map(({ a, b }) => ({ a, b, lnBeta: betaln(a, b) }));

/**
 * Is the candidate's rate of bad events more than `margin` above the primary's, where the two did not run over the same
 * time (a bake without a held-back share, a canary of 100 %)? `fail` when the e-value against "at most the margin above"
 * reaches 1/harm, `pass` when the one against "at least" reaches 1/safety. Valid at every moment; what changed with the
 * hour is in it.
 * @param margin absolute, in [0, 1); negative: the candidate must be better by so much
 */
export function judgeRatesApart(candidate: Rate, primary: Rate, margin: number, budget: Budget): Judgement {
  const counts = countsOf(candidate, primary);
  const missing = missingArm(candidate, primary);
  if (missing) return noData(`no requests on the ${missing} yet`, counts);
  const limits = { harm: Math.log(1 / budget.harm), safety: Math.log(1 / budget.safety) };
  const against = (difference: number, side: Side): number =>
    lnApartEvidence(candidate, primary, difference, side);
  const harm = against(margin, 'above');
  const safety = against(margin, 'below');
  const estimate = candidate.successes / candidate.trials - primary.successes / primary.trials;
  const lowest = edge(estimate, -1, (d) => against(d, 'above') >= limits.harm);
  const highest = edge(estimate, 1, (d) => against(d, 'below') >= limits.safety);
  const verdict = harm >= limits.harm ? 'fail' : safety >= limits.safety ? 'pass' : 'undecided';
  // The search stops short of the exact end; the verdict is exact.
  const lower = verdict === 'fail' ? Math.max(lowest, margin) : lowest;
  const upper = verdict === 'pass' ? Math.min(highest, margin) : highest;
  return {
    verdict,
    estimate,
    interval: { lower, upper },
    counts,
    evidence: numbers(harm, safety, limits),
    because: `${ratesOf(candidate)} against ${ratesOf(primary)} before: the increase lies between ${percent(lower)} and ${percent(upper)}; ${percent(margin)} is allowed`,
    requestsNeeded:
      verdict === 'undecided'
        ? needed(candidate.trials, [
            [harm, limits.harm],
            [safety, limits.safety],
          ])
        : null,
  };
}

type Side = 'above' | 'below';

/**
 * Logarithm of the e-value against "the candidate's rate is at most the primary's plus `difference`" (`above`), or "at
 * least" (`below`).
 *
 * Against each pair (P, Q) of rates the product of the arms' mixture martingales (Robbins 1970) is a martingale when
 * these are the true ones, however the arms take turns. The least of these products over all pairs of the hypothesis is
 * then at most the one of the true pair: an e-process (Ramdas, Grünwald, Vovk, Shafer 2023, section 3.3, on infima). It
 * asks less than two intervals at half the budget each, since no arm has to be proven alone.
 */
export function lnApartEvidence(candidate: Rate, primary: Rate, difference: number, side: Side): number {
  const sign = side === 'above' ? 1 : -1;
  const c = candidate.successes / candidate.trials;
  const p = primary.successes / primary.trials;
  const mixtures = lnMixture(candidate) + lnMixture(primary);
  // Each logarithm is convex in its rate: where the observed pair is within the hypothesis, it is the least.
  if (sign * (c - p - difference) <= 0)
    return mixtures + lnLikelihood(candidate, c) + lnLikelihood(primary, p);
  // Else the least lies on the edge of the hypothesis, P = Q + difference, between the two observed rates.
  let from = Math.max(0, -difference, Math.min(p, c - difference));
  let to = Math.min(1, 1 - difference, Math.max(p, c - difference));
  const at = (q: number): number => lnLikelihood(candidate, q + difference) + lnLikelihood(primary, q);
  for (let i = 0; i < SEARCH_STEPS; i++) {
    const third = (to - from) / 3;
    if (at(from + third) < at(to - third)) to -= third;
    else from += third;
  }
  return mixtures + at((from + to) / 2);
}

/** Thirds off: 2/3 to this power is below 1e-8. */
const SEARCH_STEPS = 48;

/** ln of the mean over `PRIORS` of B(a+s, b+n−s)/B(a, b): what the mixture gives to what was seen. */
const lnMixture = ({ successes, trials }: Rate): number =>
  lnMean(PRIORS.map(({ a, b, lnBeta }) => betaln(a + successes, b + trials - successes) - lnBeta));

/** −s ln p − (n−s) ln(1−p), with 0 ln 0 = 0. */
function lnLikelihood({ successes, trials }: Rate, p: number): number {
  const term = (count: number, share: number): number => (count === 0 ? 0 : -count * Math.log(share));
  return term(successes, p) + term(trials - successes, 1 - p);
}

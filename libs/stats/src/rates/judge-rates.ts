import { bernoulliInterval, lnEvidenceAgainst, type Rate } from './bernoulli-sequence.ts';
import { lnDifferenceEvidence, type TwoArms } from './difference-bets.ts';
import { grown, growthUntil, trialsThatGrow } from './growth.ts';
import { countsOf, edge, missingArm, needed, numbers, ratesOf } from './rate-words.ts';
import { lnOverStrata } from '../strata.ts';
import { percent } from '../text.ts';
import { noData, type Budget, type Judgement } from '../verdict.ts';

/** The stretches of traffic that a gate is judged on. The last of `harm` is the present one. */
export interface Strata {
  /** Every stretch so far in which harm would have counted. */
  readonly harm: readonly TwoArms[];
  /** Those whose evidence adds up to a proof of safety; the last one is the present one too. */
  readonly safety: readonly TwoArms[];
  /** How many stretches there will be at most, of each. */
  readonly most: { readonly harm: number; readonly safety: number };
}

/** One stretch, and no other. */
export const oneStratum = (arms: TwoArms): Strata => ({
  harm: [arms],
  safety: [arms],
  most: { harm: 1, safety: 1 },
});

/**
 * Is the candidate's rate of bad events more than `margin` above the primary's? By bets on the
 * difference (`lnDifferenceEvidence`), stratum by stratum: `fail` when the e-value against "at most
 * the margin above" reaches 1/harm, `pass` when the one against "at least the margin above" reaches
 * 1/safety. Valid at every moment, for any split, under a base rate that moves.
 * @param margin absolute, in [0, 1); negative: the candidate must be better by so much
 */
export function judgeRateIncrease(strata: Strata, margin: number, budget: Budget): Judgement {
  const { candidate, primary } = sums(strata.harm);
  const counts = countsOf(candidate, primary);
  const missing = missingArm(candidate, primary);
  if (missing) return noData(`no requests on the ${missing} yet`, counts);
  const harmAt = (difference: number): number => lnOf(strata, difference, 'harm');
  const safetyAt = (difference: number): number => lnOf(strata, difference, 'safety');
  const now = strata.harm.at(-1) ?? { candidate, primary };
  const estimate = differenceOf(now) ?? differenceOf({ candidate, primary }) ?? 0;
  const limits = { harm: Math.log(1 / budget.harm), safety: Math.log(1 / budget.safety) };
  const harm = harmAt(margin);
  const safety = safetyAt(margin);
  const lowest = edge(estimate, -1, (d) => harmAt(d) >= limits.harm);
  const highest = edge(estimate, 1, (d) => safetyAt(d) >= limits.safety);
  // The search stops short of the exact end; the verdict is exact.
  const lower = harm >= limits.harm ? Math.max(lowest, margin) : lowest;
  const upper = safety >= limits.safety ? Math.min(highest, margin) : highest;
  const shown = `${ratesOf(now.candidate)} against ${ratesOf(now.primary)}`;
  const base = {
    estimate,
    interval: { lower, upper },
    counts,
    evidence: numbers(harm, safety, limits),
  };
  if (harm >= limits.harm)
    return {
      ...base,
      verdict: 'fail',
      because: `${shown}: the increase is at least ${percent(lower)}, more than the ${percent(margin)} allowed`,
    };
  if (safety >= limits.safety)
    return {
      ...base,
      verdict: 'pass',
      because: `${shown}: the increase is at most ${percent(upper)}, within the ${percent(margin)} allowed`,
    };
  return {
    ...base,
    verdict: 'undecided',
    because: `${shown}: the increase lies between ${percent(lower)} and ${percent(upper)}; ${percent(margin)} is allowed`,
    requestsNeeded: requestsUntil(strata, margin, budget),
  };
}

/** Evidence of both kinds, when so many times as much of the present stretch was seen. */
function lnOf(strata: Strata, difference: number, question: 'harm' | 'safety', times = 1): number {
  const side = question === 'harm' ? 'above' : 'below';
  const seen = times === 1 ? strata[question] : grown(strata[question], times);
  return lnOverStrata(
    seen.map((arms) => lnDifferenceEvidence(arms, difference, side)),
    strata.most[question],
  );
}

/**
 * How many times as much of the present stretch must be seen until a rate is proven to be within the margin, if it goes on as so far; `null`: it
 * comes no nearer to that.
 */
export const growthUntilSafe = (strata: Strata, margin: number, budget: Budget): number | null =>
  growthUntil((times) => lnOf(strata, margin, 'safety', times), Math.log(1 / budget.safety));

/** Requests of the candidate until a rate is decided either way, if it goes on as so far; `null`: nobody can say. */
function requestsUntil(strata: Strata, margin: number, budget: Budget): number | null {
  const limit = Math.log(1 / budget.harm);
  const ways = [
    growthUntil((times) => lnOf(strata, margin, 'harm', times), limit),
    growthUntilSafe(strata, margin, budget),
  ].flatMap((times) => (times === null ? [] : [times]));
  const trials = trialsThatGrow(strata.harm);
  return ways.length === 0 || trials === 0 ? null : Math.ceil((Math.min(...ways) - 1) * trials);
}

/**
 * Is the candidate's rate more than `ratio` times the primary's? Among all bad events under a fixed
 * split the candidate's share is w·r/(w·r + 1 − w) when its rate is r times the primary's (w: its
 * share of the requests). One Bernoulli sequence on that share: it needs no large counts. Where nothing bad has
 * happened at all there is no ratio: it passes once the candidate's rate is proven to be negligible.
 * @param ratio above 0
 */
export function judgeRateRatio(arms: TwoArms, ratio: number, budget: Budget): Judgement {
  const { candidate, primary } = arms;
  const counts = countsOf(candidate, primary);
  const bad = { successes: candidate.successes, trials: candidate.successes + primary.successes };
  const missing = missingArm(candidate, primary);
  if (missing) return noData(`no requests on the ${missing} yet`, counts);
  if (bad.trials === 0) return nothingBad(arms, budget);
  const share = (r: number): number => (arms.ratio * r) / (arms.ratio * r + 1);
  const toRatio = (s: number): number => s / ((1 - s) * arms.ratio);
  const limits = { harm: Math.log(1 / budget.harm), safety: Math.log(1 / budget.safety) };
  const observed = bad.successes / bad.trials;
  const against = lnEvidenceAgainst(bad, share(ratio));
  const harm = observed > share(ratio) ? against : 0;
  const safety = observed < share(ratio) ? against : 0;
  const lower = toRatio(bernoulliInterval(bad, budget.harm).lower);
  const top = bernoulliInterval(bad, budget.safety).upper;
  const verdict = harm >= limits.harm ? 'fail' : safety >= limits.safety ? 'pass' : 'undecided';
  return {
    verdict,
    estimate: observed < 1 ? toRatio(observed) : null,
    interval: { lower, upper: top < 1 ? toRatio(top) : null },
    counts,
    evidence: numbers(harm, safety, limits),
    requestsNeeded:
      verdict === 'undecided'
        ? needed(candidate.trials, [
            [harm, limits.harm],
            [safety, limits.safety],
          ])
        : null,
    because: `${Math.round(bad.successes)} of ${Math.round(bad.trials)} bad ones are the candidate's: at least ${lower.toFixed(2)}${top < 1 ? ` and at most ${toRatio(top).toFixed(2)}` : ''} times the primary's rate; ${ratio} times is allowed`,
  };
}

/** A rate that no ratio is asked of. */
const NEGLIGIBLE = 0.01;

function nothingBad({ candidate, primary }: TwoArms, budget: Budget): Judgement {
  const { upper } = bernoulliInterval(candidate, budget.safety);
  const isProven = upper < NEGLIGIBLE;
  return {
    verdict: isProven ? 'pass' : 'undecided',
    estimate: null,
    interval: { lower: 0, upper: null },
    counts: countsOf(candidate, primary),
    because: `nothing bad in ${Math.round(candidate.trials)} and ${Math.round(primary.trials)} requests: the candidate's rate is at most ${percent(upper)}; where there is nothing to compare, below ${percent(NEGLIGIBLE)} is asked for`,
  };
}

/**
 * Is the mean of outcomes in [0, 1] at least `minimum`? A Bernoulli sequence; for outcomes between
 * 0 and 1 it holds too, since the bet is a convex function of the outcome.
 */
export function judgeRateMinimum(rate: Rate, minimum: number, budget: Budget): Judgement {
  const counts = { good: Math.round(rate.successes), compared: Math.round(rate.trials) };
  if (rate.trials === 0) return noData('nothing was compared yet', counts);
  const lower = bernoulliInterval(rate, budget.safety).lower;
  const upper = bernoulliInterval(rate, budget.harm).upper;
  const estimate = rate.successes / rate.trials;
  const limits = { harm: Math.log(1 / budget.harm), safety: Math.log(1 / budget.safety) };
  const against = lnEvidenceAgainst(rate, minimum);
  const harm = estimate < minimum ? against : 0;
  const safety = estimate > minimum ? against : 0;
  const shown = `${percent(estimate)} of ${Math.round(rate.trials)}`;
  const base = { estimate, interval: { lower, upper }, counts, evidence: numbers(harm, safety, limits) };
  if (harm >= limits.harm)
    return {
      ...base,
      verdict: 'fail',
      because: `${shown}: at most ${percent(upper)}, below the ${percent(minimum)} asked for`,
    };
  if (safety >= limits.safety)
    return {
      ...base,
      verdict: 'pass',
      because: `${shown}: at least ${percent(lower)}, which meets ${percent(minimum)}`,
    };
  return {
    ...base,
    verdict: 'undecided',
    because: `${shown}: between ${percent(lower)} and ${percent(upper)}; ${percent(minimum)} is asked for`,
    requestsNeeded: needed(rate.trials, [
      [harm, limits.harm],
      [safety, limits.safety],
    ]),
  };
}

function sums(strata: readonly TwoArms[]): { candidate: Rate; primary: Rate } {
  const add = (pick: (arms: TwoArms) => Rate): Rate => ({
    successes: strata.reduce((sum, arms) => sum + pick(arms).successes, 0),
    trials: strata.reduce((sum, arms) => sum + pick(arms).trials, 0),
  });
  return { candidate: add((arms) => arms.candidate), primary: add((arms) => arms.primary) };
}

const differenceOf = ({ candidate, primary }: { candidate: Rate; primary: Rate }): number | null =>
  candidate.trials === 0 || primary.trials === 0
    ? null
    : candidate.successes / candidate.trials - primary.successes / primary.trials;

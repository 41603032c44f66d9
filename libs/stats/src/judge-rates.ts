import { bernoulliInterval, type Rate } from './bernoulli-sequence.ts';
import type { Judgement } from './verdict.ts';

const percent = (x: number): string => `${(100 * x).toFixed(x !== 0 && Math.abs(x) < 0.01 ? 2 : 1)}%`;

/**
 * Is the candidate's rate of bad events more than `margin` above the primary's?
 * Each arm has its own Bernoulli sequence at alpha/2; `fail` when the candidate's lower bound is
 * above the primary's upper bound + margin, `pass` when its upper bound is below the primary's
 * lower bound + margin (DESIGN 11, "rates of two arms with an absolute margin").
 * @param margin absolute, in [0, 1]
 */
export function judgeRateIncrease(candidate: Rate, primary: Rate, margin: number, alpha: number): Judgement {
  const counts = {
    candidateBad: candidate.successes,
    candidateRequests: candidate.trials,
    primaryBad: primary.successes,
    primaryRequests: primary.trials,
  };
  if (candidate.trials === 0 || primary.trials === 0) {
    const arm = candidate.trials === 0 ? 'candidate' : 'primary';
    return {
      verdict: 'no_data',
      estimate: null,
      interval: { lower: null, upper: null },
      counts,
      because: `no requests on the ${arm} yet`,
    };
  }
  const c = bernoulliInterval(candidate, alpha / 2);
  const p = bernoulliInterval(primary, alpha / 2);
  const estimate = candidate.successes / candidate.trials - primary.successes / primary.trials;
  const interval = { lower: c.lower - p.upper, upper: c.upper - p.lower };
  const shown = `${percent(candidate.successes / candidate.trials)} of ${candidate.trials} against ${percent(primary.successes / primary.trials)} of ${primary.trials}`;
  if (interval.lower > margin) {
    return {
      verdict: 'fail',
      estimate,
      interval,
      counts,
      because: `${shown}: the increase is at least ${percent(interval.lower)}, more than the ${percent(margin)} allowed`,
    };
  }
  if (interval.upper < margin) {
    return {
      verdict: 'pass',
      estimate,
      interval,
      counts,
      because: `${shown}: the increase is at most ${percent(interval.upper)}, within the ${percent(margin)} allowed`,
    };
  }
  return {
    verdict: 'undecided',
    estimate,
    interval,
    counts,
    because: `${shown}: the increase lies between ${percent(interval.lower)} and ${percent(interval.upper)}; ${percent(margin)} is allowed`,
  };
}

/**
 * Is a rate of good events at least `minimum`? One Bernoulli sequence at alpha: `fail` when even
 * its upper bound is below the minimum, `pass` when its lower bound reaches it.
 */
export function judgeRateMinimum(rate: Rate, minimum: number, alpha: number): Judgement {
  const counts = { good: rate.successes, compared: rate.trials };
  if (rate.trials === 0) {
    return {
      verdict: 'no_data',
      estimate: null,
      interval: { lower: null, upper: null },
      counts,
      because: 'nothing was compared yet',
    };
  }
  const interval = bernoulliInterval(rate, alpha);
  const estimate = rate.successes / rate.trials;
  const shown = `${percent(estimate)} of ${rate.trials}`;
  const verdict = interval.upper < minimum ? 'fail' : interval.lower >= minimum ? 'pass' : 'undecided';
  const because =
    verdict === 'fail'
      ? `${shown}: at most ${percent(interval.upper)}, below the ${percent(minimum)} asked for`
      : verdict === 'pass'
        ? `${shown}: at least ${percent(interval.lower)}, which meets ${percent(minimum)}`
        : `${shown}: between ${percent(interval.lower)} and ${percent(interval.upper)}; ${percent(minimum)} is asked for`;
  return { verdict, estimate, interval, counts, because };
}

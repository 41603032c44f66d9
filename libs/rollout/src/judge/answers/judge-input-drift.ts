import {
  arrivalEffect,
  HISTOGRAM,
  judgeDrift,
  MEASURE,
  noData,
  type Bins,
  type Budget,
  type Judgement,
  type Tally,
} from '#libs/stats';
import { type BothArms, wholeOf } from '../going-together.ts';
import type { Compared, Profile } from '../../evidence/evidence.ts';

/**
 * Has what arrives left the training data, and whose fault is it? Both arms drifted: the world has
 * changed. Only the candidate's inputs differ: requests are routed by something that matters. Either
 * way the evidence says nothing about the candidate, so the rollout pauses. The feature that has moved
 * farthest is named.
 */
export function judgeInputDrift(
  compared: Compared,
  profile: Profile | null,
  max: number,
  budget: Budget,
): Judgement {
  const { trial, baseline } = compared;
  const effect = arrivalOf(compared);
  const features = Object.keys(profile?.histograms ?? {}).filter((name) =>
    name.startsWith(HISTOGRAM.inputPrefix),
  );
  if (features.length === 0) return noData("the version's baseline has no input features", {});
  // Each feature is looked at three ways.
  const each = { harm: budget.harm / (3 * features.length), safety: budget.safety };
  const judged = features.map((name) => {
    const reference = profile?.histograms[name] ?? {};
    const feature = name.slice(HISTOGRAM.inputPrefix.length);
    const against = (arm: Tally, who: string): Judgement =>
      judgeDrift(binsOf(arm, name), reference, max, each, {
        trial: `${feature} of ${who}`,
        reference: 'the training data',
        fixed: true,
        effect,
      });
    return {
      feature,
      candidate: against(trial, 'the candidate'),
      primary: against(baseline, 'the primary'),
      between: judgeDrift(binsOf(trial, name), binsOf(baseline, name), max, each, {
        trial: `${feature} of the candidate`,
        reference: "the primary's",
        fixed: false,
        effect,
      }),
    };
  });
  const worst = [...judged].sort((a, b) => (b.candidate.estimate ?? -1) - (a.candidate.estimate ?? -1))[0];
  if (!worst) return noData('nothing to compare', {});
  const routed = judged.find((one) => one.between.verdict === 'fail');
  if (routed)
    return {
      ...routed.between,
      because: `a routing fault, the arms get different inputs: ${routed.between.because}`,
      fault: 'routing',
    };
  const drifted = judged.find((one) => one.candidate.verdict === 'fail' || one.primary.verdict === 'fail');
  if (drifted) {
    const { candidate, primary } = drifted;
    const shown = candidate.verdict === 'fail' ? candidate : primary;
    return {
      ...shown,
      verdict: 'fail',
      because: `the world has changed, not the candidate: ${shown.because}`,
      fault: `the world, ${drifted.feature}`,
    };
  }
  return judged.every((one) => one.candidate.verdict === 'pass')
    ? { ...worst.candidate, verdict: 'pass' }
    : { ...worst.candidate, verdict: worst.candidate.verdict === 'no_data' ? 'no_data' : 'undecided' };
}

/**
 * How many requests weigh as one where all of a unit's are taken to say the same, as its country does: of the arm where it is more, and of
 * everybody's requests. 1 for copies: both versions have them of the same units.
 */
export function arrivalOf(compared: BothArms): number {
  const { trial, baseline } = wholeOf(compared);
  if ((trial.measures[MEASURE.primaryFailed]?.n ?? 0) > 0) return 1;
  return Math.max(...[trial, baseline].map((arm) => arrivalEffect(requestsOf(arm))));
}
export const requestsOf = ({ histograms }: Tally): Bins => histograms[HISTOGRAM.unitRequests] ?? {};

const binsOf = (tally: Tally, name: string): Bins => tally.histograms[name] ?? {};

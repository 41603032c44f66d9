import { type Budget, deflate, judgeRateMinimum, type Judgement, MEASURE } from '#libs/stats';
import type { Compared } from '../../evidence/evidence.ts';
import { effectOn, weighed, within } from '../going-together.ts';
import { measure } from '../judge-rates.ts';

/**
 * Judges Kendall's tau between the rankings of both versions, averaged over the requests of a shadow.
 * @param min within [-1, 1]
 */
export function judgeRankCorrelation(min: number, here: Compared, alone: Budget): Judgement {
  // A correlation lies in [-1, 1]; half of one more lies in [0, 1], where the sequence holds.
  const { n, mean } = measure(here.trial, MEASURE.rankCorrelation);
  const half = (tau: number | null): number | null => (tau === null ? null : 2 * tau - 1);
  const effect = within(effectOn(here, MEASURE.rankCorrelation, 'trial'), n);
  const judged = weighed(
    judgeRateMinimum(deflate({ successes: (n * (1 + mean)) / 2, trials: n }, effect), (1 + min) / 2, alone),
    effect,
    n,
  );
  if (judged.verdict === 'no_data') return judged;
  const interval = { lower: half(judged.interval.lower), upper: half(judged.interval.upper) };
  const word = { pass: 'enough', fail: 'too little', undecided: 'not decided yet' }[judged.verdict];
  return {
    ...judged,
    estimate: half(judged.estimate),
    interval,
    counts: { compared: n },
    because: `mean rank correlation ${mean.toFixed(3)} of ${n}, between ${(interval.lower ?? -1).toFixed(3)} and ${(interval.upper ?? 1).toFixed(3)}; at least ${min} is asked for: ${word}`,
  };
}

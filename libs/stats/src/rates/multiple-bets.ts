import { lnMean } from '../ln-sum.ts';
import { usableRatio, type TwoArms } from './difference-bets.ts';

/** How many times the multiple that is allowed the truth may be: one bet for each. */
const BEYOND = [1.4, 2, 3.5, 8, 25];

/**
 * Logarithm of the e-value against "at every moment the candidate's rate is at most `times` the primary's".
 *
 * With r requests of the candidate for each of the primary's, a bad event is the candidate's with chance r·t/(r·t + 1) where its rate is t times the
 * primary's, however high both are at that moment. For s0 the share at `times` and s1 > s0 at more, each of the candidate's multiplies the stake
 * by s1/s0, each of the primary's by (1 − s1)/(1 − s0): on average by 1 at s0, and by less below it. So it is a test supermartingale, as is the
 * average over fixed s1, and a function of two counts.
 *
 * Where both were asked the same requests, those on which the candidate alone failed are at most `times` as many as those on which the primary
 * did, with it or without: the same bet, at one for one, holds for these two counts, whatever else they have in common.
 * @param times above 0
 */
export function lnMultipleEvidence(arms: TwoArms, times: number): number {
  const { candidate, primary, paired } = arms;
  if (candidate.trials === 0 || primary.trials === 0) return 0;
  const [own, others] = paired
    ? [paired.onlyCandidate, paired.onlyPrimary + paired.both]
    : [candidate.successes, primary.successes];
  const odds = times * (paired ? 1 : usableRatio(arms));
  return lnMean(
    BEYOND.map((more) => {
      // ln(s1/s0) and ln((1 − s1)/(1 − s0)), with s = odds/(odds + 1).
      const lnOther = Math.log((1 + odds) / (1 + odds * more));
      return own * (Math.log(more) + lnOther) + others * lnOther;
    }),
  );
}

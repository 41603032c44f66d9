import { edgeOfMean, lnBoundedMeanEvidence } from '../means/bounded-mean-bets.ts';
import { numbers } from '../rates/rate-words.ts';
import { percent } from '../text.ts';
import { noData, type Budget, type Judgement } from '../verdict.ts';

/** Pairs of answers by what a judge said of the candidate's. */
export interface PairOutcomes {
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** Pairs that the judge was asked about in vain. */
  readonly failed: number;
}

/**
 * Logarithm of the e-value against "the mean of the outcomes is at least `mean`" (`below`: evidence that it is
 * lower), or "at most" (`above`). A win is worth 1, a tie 1/2, a loss 0 (`lnBoundedMeanEvidence`).
 * @param mean in (0, 1)
 */
export const lnWinRateEvidence = (
  { wins, ties, losses }: Omit<PairOutcomes, 'failed'>,
  mean: number,
  side: 'above' | 'below',
): number =>
  lnBoundedMeanEvidence(
    [
      { worth: 1, count: wins },
      { worth: 0.5, count: ties },
      { worth: 0, count: losses },
    ],
    mean,
    side,
  );

/**
 * Is the candidate's win rate at least `min`? `fail` when the e-value against "at least" reaches 1/harm, `pass` when
 * the one against "at most" reaches 1/safety; both hold at every look.
 *
 * Which pairs a judge fails on may have to do with their answers, so nothing is assumed about them: for harm each counts
 * as a win, for safety as a loss. A failure therefore never brings a verdict nearer, and with nothing but failures
 * there is `no_data`.
 * @param min in (0, 1)
 */
export function judgeWinRate(outcomes: PairOutcomes, min: number, budget: Budget): Judgement {
  const { wins, ties, losses, failed } = outcomes;
  const judged = wins + ties + losses;
  const counts = { ...outcomes };
  if (judged === 0)
    return noData(failed === 0 ? 'no pair has been judged yet' : `the judge failed on all ${failed}`, counts);
  const [forHarm, forSafety] = [
    { wins: wins + failed, ties, losses },
    { wins, ties, losses: losses + failed },
  ];
  const limits = { harm: Math.log(1 / budget.harm), safety: Math.log(1 / budget.safety) };
  const harm = lnWinRateEvidence(forHarm, min, 'below');
  const safety = lnWinRateEvidence(forSafety, min, 'above');
  const estimate = (wins + ties / 2) / judged;
  // Rejected are the means beyond: the evidence grows with the distance from the outcomes.
  const upper = edgeOfMean(1, (m) => lnWinRateEvidence(forHarm, m, 'below') >= limits.harm);
  const lower = edgeOfMean(0, (m) => lnWinRateEvidence(forSafety, m, 'above') >= limits.safety);
  const verdict = harm >= limits.harm ? 'fail' : safety >= limits.safety ? 'pass' : 'undecided';
  const word = { fail: 'too low', pass: 'enough', undecided: 'not decided yet' }[verdict];
  const inVain = failed === 0 ? '' : `, the judge failed on ${failed}`;
  return {
    verdict,
    estimate,
    // The search ends beside the exact end; the verdict is exact.
    interval: {
      lower: verdict === 'pass' ? Math.max(lower, min) : lower,
      upper: verdict === 'fail' ? Math.min(upper, min) : upper,
    },
    counts,
    evidence: numbers(harm, safety, limits),
    because: `win rate ${percent(estimate)} (${wins} won, ${ties} tied, ${losses} lost${inVain}), between ${percent(lower)} and ${percent(upper)}; at least ${percent(min)} is asked for: ${word}`,
  };
}

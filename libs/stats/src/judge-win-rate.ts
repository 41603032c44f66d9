import { lnMean } from './difference-bets.ts';
import { numbers } from './rate-words.ts';
import { percent } from './text.ts';
import { noData, type Budget, type Judgement } from './verdict.ts';

/** Pairs of answers by what a judge said of the candidate's. */
export interface PairOutcomes {
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** Pairs that the judge was asked about in vain. */
  readonly failed: number;
}

/**
 * Shares of the largest stake that keeps every factor at 0 or above. Small ones find a mean that is near the bound
 * in pairs that vary much, large ones a mean that is far from it or that hardly varies.
 */
const STAKES = [0.02, 0.04, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8, 0.95];
const WORTH = { win: 1, tie: 0.5, loss: 0 };

/**
 * Logarithm of the e-value against "the mean of the outcomes is at least `mean`" (`below`: evidence that it is
 * lower), or "at most" (`above`). A win is worth 1, a tie 1/2, a loss 0.
 *
 * The capital process of Waudby-Smith & Ramdas (2024), "Estimating means of bounded random variables by betting",
 * JRSS B 86(1), section 4: each outcome x multiplies the stake by 1 + λ(x − m), with λ in [0, 1/m) for `above` and in
 * (−1/(1 − m), 0] for `below`. Under the hypothesis no factor's expectation given the past exceeds 1, so the stake, and
 * the average over a fixed grid of λ, is a test supermartingale. With λ fixed it is a function of the counts alone,
 * so batches may come in any order.
 * @param mean in (0, 1)
 */
export function lnWinRateEvidence(
  { wins, ties, losses }: Omit<PairOutcomes, 'failed'>,
  mean: number,
  side: 'above' | 'below',
): number {
  const most = side === 'above' ? 1 / mean : -1 / (1 - mean);
  return lnMean(
    STAKES.map((stake) => {
      const ln = (worth: number): number => Math.log1p(stake * most * (worth - mean));
      return wins * ln(WORTH.win) + ties * ln(WORTH.tie) + losses * ln(WORTH.loss);
    }),
  );
}

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
  const upper = edge(1, (m) => lnWinRateEvidence(forHarm, m, 'below') >= limits.harm);
  const lower = edge(0, (m) => lnWinRateEvidence(forSafety, m, 'above') >= limits.safety);
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

/** The mean nearest to `end` (0 or 1) up to which all are rejected; `end` where none is. */
function edge(end: 0 | 1, isRejected: (mean: number) => boolean): number {
  let outside = end === 0 ? EPSILON : 1 - EPSILON;
  if (!isRejected(outside)) return end;
  let inside = 1 - outside;
  for (let i = 0; i < 40; i++) {
    const middle = (outside + inside) / 2;
    if (isRejected(middle)) outside = middle;
    else inside = middle;
  }
  return outside;
}

const EPSILON = 1e-6;

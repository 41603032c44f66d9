import { lnSum } from '../ln-sum.ts';

/** So many observations of one worth. */
export interface Worth {
  /** Within [0, 1]. */
  readonly worth: number;
  readonly count: number;
}

/**
 * A bet by its share of the largest stake that keeps every factor at 0 or above. Small ones find a mean that is near the bound
 * in values that vary much, large ones a mean that is far from it or that hardly varies.
 */
export interface Stake {
  /** In (0, 1). */
  readonly share: number;
  /** What is put on it, beside the others' parts. */
  readonly part: number;
}

const STAKES: readonly Stake[] = [0.02, 0.04, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8, 0.95].map((share) => ({
  share,
  part: 1,
}));

/**
 * Logarithm of the e-value against "the mean of the values is at least `mean`" (`below`: evidence that it is lower), or
 * "at most" (`above`).
 *
 * The capital process of Waudby-Smith & Ramdas (2024), "Estimating means of bounded random variables by betting",
 * JRSS B 86(1), section 4: each value x in [0, 1] multiplies the stake by 1 + λ(x − m), with λ in [0, 1/m) for `above` and
 * in (−1/(1 − m), 0] for `below`. Under the hypothesis no factor's expectation given the past exceeds 1, so the stake, and
 * the average over a fixed grid of λ, is a test supermartingale. With λ fixed it is a function of the counts alone,
 * so batches may come in any order.
 * @param mean in (0, 1)
 */
export function lnBoundedMeanEvidence(
  values: readonly Worth[],
  mean: number,
  side: 'above' | 'below',
  stakes: readonly Stake[] = STAKES,
): number {
  const most = side === 'above' ? 1 / mean : -1 / (1 - mean);
  const whole = stakes.reduce((sum, { part }) => sum + part, 0);
  return lnSum(
    stakes.map(({ share, part }) =>
      values.reduce(
        (ln, { worth, count }) => ln + count * Math.log1p(share * most * (worth - mean)),
        Math.log(part / whole),
      ),
    ),
  );
}

/** The mean nearest to `end` (0 or 1) up to which all are rejected; `end` where none is. */
export function edgeOfMean(end: 0 | 1, isRejected: (mean: number) => boolean): number {
  let outside = end === 0 ? EPSILON : 1 - EPSILON;
  if (!isRejected(outside)) return end;
  let inside = 1 - outside;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (outside + inside) / 2;
    if (isRejected(middle)) outside = middle;
    else inside = middle;
  }
  return outside;
}

const EPSILON = 1e-6;
/** To a millionth. */
const HALVINGS = 20;

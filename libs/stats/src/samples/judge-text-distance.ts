import { edgeOfMean, lnBoundedMeanEvidence, type Worth } from '../means/bounded-mean-bets.ts';
import { totalOf, type Bins } from './drift.ts';
import { numbers } from '../rates/rate-words.ts';
import { short } from '../text.ts';
import { noData, type Budget, type Judgement } from '../verdict.ts';

/** The largest cosine distance: the two point in opposite directions. */
export const MOST_DISTANCE = 2;
/** `[up to, in steps of]`: fine where versions that write alike are. In all fewer than evidence keeps bins. */
const STEPS = [
  [0.02, 0.0025],
  [0.2, 0.01],
  [0.5, 0.02],
  [1, 0.05],
  [MOST_DISTANCE, 0.25],
] as const;
/** Where each bin begins, and the last one ends. Rounded, as sums of steps are no decimal numbers. */
const EDGES: readonly number[] = STEPS.reduce<number[]>(
  (edges, [end, step]) => {
    const from = edges.at(-1) ?? 0;
    const steps = Math.round((end - from) / step);
    return [...edges, ...Array.from({ length: steps }, (_, i) => Number((from + (i + 1) * step).toFixed(4)))];
  },
  [0],
);

/** The bin of a distance, named by where it begins. @param distance within [0, 2] */
export function distanceBin(distance: number): string {
  const at = EDGES.findLastIndex((edge) => edge <= distance);
  return String(EDGES[Math.max(0, Math.min(at, EDGES.length - 2))]);
}

/** Pairs of texts by how far their embeddings are apart. */
export interface TextDistances {
  /** By `distanceBin`. */
  readonly bins: Bins;
  /** Pairs at distance 0, and at the largest one. */
  readonly same: number;
  readonly opposite: number;
  /** Pairs that were asked about in vain. */
  readonly failed: number;
  /** Of all but those that failed. */
  readonly mean: number;
}

/**
 * Is the mean distance at most `max`? `fail` when the e-value against "at most" reaches 1/harm, `pass` when the one against "at
 * least" reaches 1/safety (`lnBoundedMeanEvidence`); both hold at every look. Of a pair its bin is known: for harm it counts as its lower
 * end, for safety as its upper one, so that no verdict is due to rounding.
 *
 * Which pairs an endpoint fails on may have to do with their texts, so nothing is assumed about them: for harm each counts as
 * distance 0, for safety as the largest one. A failure therefore never brings a verdict nearer, and with nothing but
 * failures there is `no_data`.
 * @param max within (0, 2)
 */
export function judgeTextDistance(given: TextDistances, max: number, budget: Budget): Judgement {
  const { same, opposite, failed, mean } = given;
  const compared = same + opposite + totalOf(given.bins);
  const counts = { compared, failed };
  if (compared === 0)
    return noData(
      failed === 0 ? 'no pair of texts has been embedded yet' : `all ${failed} pairs failed`,
      counts,
    );
  const limits = { harm: Math.log(1 / budget.harm), safety: Math.log(1 / budget.safety) };
  const { harmAt, safetyAt } = textDistanceEvidence(given);
  const bound = max / MOST_DISTANCE;
  const [harm, safety] = [harmAt(bound), safetyAt(bound)];
  // Rejected are the means beyond: the evidence grows with the distance from the values. The search ends beside the exact end.
  const lower = MOST_DISTANCE * edgeOfMean(0, (m) => harmAt(m) >= limits.harm);
  const upper = MOST_DISTANCE * edgeOfMean(1, (m) => safetyAt(m) >= limits.safety);
  const verdict = harm >= limits.harm ? 'fail' : safety >= limits.safety ? 'pass' : 'undecided';
  const interval = {
    lower: verdict === 'fail' ? Math.max(lower, max) : lower,
    upper: verdict === 'pass' ? Math.min(upper, max) : upper,
  };
  const word = { fail: 'too far', pass: 'near enough', undecided: 'not decided yet' }[verdict];
  const inVain = failed === 0 ? '' : `, ${failed} more failed`;
  return {
    verdict,
    estimate: mean,
    interval,
    counts,
    evidence: numbers(harm, safety, limits),
    because: `mean embedding distance ${short(mean)} of ${compared} pairs${inVain}, between ${short(interval.lower)} and ${short(interval.upper)}; ${short(max)} is allowed: ${word}`,
  };
}

/** Logarithms of the e-values against "the mean is at most", and "at least", so large a share of the largest distance. */
export function textDistanceEvidence({ bins, same, opposite, failed }: Omit<TextDistances, 'mean'>): {
  readonly harmAt: (share: number) => number;
  readonly safetyAt: (share: number) => number;
} {
  const pairs = pairsOf(bins);
  const values = (end: 'lower' | 'upper', ofFailed: 0 | 1): readonly Worth[] => [
    ...pairs.map((pair) => ({ worth: pair[end] / MOST_DISTANCE, count: pair.count })),
    { worth: 0, count: same },
    { worth: 1, count: opposite },
    { worth: ofFailed, count: failed },
  ];
  const [forHarm, forSafety] = [values('lower', 0), values('upper', 1)];
  return {
    harmAt: (share) => lnBoundedMeanEvidence(forHarm, share, 'above'),
    safetyAt: (share) => lnBoundedMeanEvidence(forSafety, share, 'below'),
  };
}

interface BinnedPairs {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** A bin that is none of ours may be any distance. */
function pairsOf(bins: Bins): readonly BinnedPairs[] {
  return Object.entries(bins).map(([name, count]) => {
    const at = EDGES.indexOf(Number(name));
    const isKnown = at >= 0 && at < EDGES.length - 1;
    return {
      lower: isKnown ? (EDGES[at] ?? 0) : 0,
      upper: isKnown ? (EDGES[at + 1] ?? MOST_DISTANCE) : MOST_DISTANCE,
      count,
    };
  });
}

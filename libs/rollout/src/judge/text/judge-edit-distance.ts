import {
  type Budget,
  judgeRateMinimum,
  type Judgement,
  MEASURE,
  noData,
  NO_MOMENTS,
  percent,
  type Tally,
} from '#libs/stats';

/**
 * Judges how far a shadow's texts are from the primary's on average. What they have in common is a share of each pair, so the
 * sequence for rates holds for its mean; a copy that failed or cannot be read has nothing in common with the primary's.
 */
export function judgeEditDistance(max: number, { measures }: Tally, budget: Budget): Judgement {
  const { n, mean } = measures[MEASURE.editDistance] ?? NO_MOMENTS;
  if (n === 0)
    return noData(
      'no texts were compared yet: it takes copies whose texts an output spec of kind text reads',
      {
        compared: 0,
      },
    );
  const distance = (common: number | null): number | null => (common === null ? null : 1 - common);
  const judged = judgeRateMinimum({ successes: n * (1 - mean), trials: n }, 1 - max, budget);
  const interval = { lower: distance(judged.interval.upper), upper: distance(judged.interval.lower) };
  const word = { pass: 'near enough', fail: 'too far', undecided: 'not decided yet', no_data: 'no data' }[
    judged.verdict
  ];
  return {
    ...judged,
    estimate: mean,
    interval,
    counts: { compared: n },
    because: `mean edit distance ${percent(mean)} of ${n}, between ${percent(interval.lower ?? 0)} and ${percent(interval.upper ?? 1)}; ${percent(max)} is allowed: ${word}`,
  };
}

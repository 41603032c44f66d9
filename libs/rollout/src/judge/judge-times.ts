import {
  besideExceedances,
  BLOCKED,
  hasSlices,
  HISTOGRAM,
  isSlice,
  sharedByExceedances,
  deflateMoments,
  EMPTY_SKETCH,
  meanEffect,
  sumsOfTimes,
  type Budget,
  judgeMeans,
  judgeQuantileIncrease,
  type Judgement,
  noData,
  type QuantileMargin,
  SKETCH,
  type Sketch,
  sketchMoments,
  type Tally,
  type TimedArm,
  unitEffectApart,
  unitSize,
  varianceOf,
} from '#libs/stats';
import type { Compared } from '../evidence/evidence.ts';
import { type BothArms, effectOnQuantile, weighed, wholeOf, within } from './going-together.ts';
import { partsOfTime, type Time, type TimeMetric } from '../policy/gates/time-metric.ts';

const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/** Judges how much longer the candidate takes than the primary, by its mean or a quantile. */
export function judgeTimes(
  { metric, margin }: { readonly metric: TimeMetric; readonly margin: QuantileMargin },
  compared: BothArms & Partial<Pick<Compared, 'ratio'>>,
  budget: Budget,
): Judgement {
  const { trial, baseline, ratio = null } = compared;
  const { time, statistic } = partsOfTime(metric);
  const [candidate, primary] = [sketchOfTime(trial, time), sketchOfTime(baseline, time)];
  const isNone = candidate.count === 0 || primary.count === 0;
  if (isNone && time !== 'latency' && trial.requests > 0 && baseline.requests > 0)
    return noData(
      `no ${time === 'ttft' ? 'streams' : 'streams of two events or more'} on the ${candidate.count === 0 ? 'candidate' : 'primary'} yet; whole answers have no such time`,
      { candidateRequests: candidate.count, primaryRequests: primary.count },
    );
  const counts = [candidate.count, primary.count] as const;
  if (statistic !== 'mean') {
    const q = QUANTILES[statistic];
    const everybody = wholeOf(compared);
    const timed = (tally: Tally): TimedArm => ({
      sketch: sketchOfTime(tally, time),
      blocks: tally.blocks?.[BLOCKS_OF[time]] ?? {},
    });
    const found = effectOnQuantile(compared, BLOCKS_OF[time], (tally) => sketchOfTime(tally, time), q);
    const [allOfTrial, allOfBaseline] = [everybody.trial, everybody.baseline].map(timed) as [
      TimedArm,
      TimedArm,
    ];
    const shown = Math.max(found, unitEffectApart(allOfTrial, allOfBaseline, q, margin));
    const ofUnits = unseenUnits(compared, time);
    const effect = within(shown + ofUnits - 1, ...counts);
    const [own, others] = [timed(trial), timed(baseline)];
    // Slices of time are kept of everybody's requests only, and tell something where both arms ran over the same ones.
    if (ratio === null || ofUnits > 1 || !hasSlices(own, others))
      return weighed(judgeQuantileIncrease(candidate, primary, q, margin, budget, effect), effect, ...counts);
    const { exceedances, ranks } = sharedByExceedances(budget);
    const byRanks = judgeQuantileIncrease(candidate, primary, q, margin, ranks, effect);
    const { requestsNeeded = null, ...judged } = besideExceedances(
      byRanks,
      own,
      others,
      { q, margin, ratio },
      exceedances,
    );
    // In requests as they come.
    return { ...weighed(judged, effect, ...counts), requestsNeeded };
  }
  const means = { candidate: sketchMoments(candidate), primary: sketchMoments(primary) };
  const effect = within(effectOnTimes(compared, time), ...counts);
  const strata = [
    {
      candidate: deflateMoments(means.candidate, effect),
      primary: deflateMoments(means.primary, effect),
    },
  ];
  const most = { harm: 1, safety: 1 };
  const by =
    'ratio' in margin
      ? ({ worse: 'higher', by: means.primary.mean * (margin.ratio - 1), ratio: margin.ratio } as const)
      : ({ worse: 'higher', by: margin.increase } as const);
  const judged = judgeMeans({ harm: strata, safety: strata, most }, by, budget);
  return weighed(judged, effect, ...counts);
}

/**
 * What an older data plane does not say of a unit's times counts as if they were all alike: so many requests weigh as one. It has counted requests by
 * group of units.
 */
function unseenUnits(compared: BothArms, time: Time): number {
  if (blocksOf(compared, time).some((block) => !isSlice(block))) return 1;
  const { trial, baseline } = wholeOf(compared);
  const groupsOf = ({ histograms }: Tally) => histograms[HISTOGRAM.unitRequests] ?? {};
  return unitSize(groupsOf(trial), groupsOf(baseline));
}

const blocksOf = (compared: BothArms, time: Time): readonly string[] =>
  [wholeOf(compared).trial, wholeOf(compared).baseline].flatMap(({ blocks }) =>
    Object.keys(blocks?.[BLOCKS_OF[time]] ?? {}),
  );

/** Of the mean: sums by block are those of the coarse buckets. */
export function effectOnTimes(compared: BothArms, time: Time): number {
  const everybody = wholeOf(compared);
  const shown = meanEffect(
    [everybody.trial, everybody.baseline].map((tally) => ({
      blocks: sumsOfTimes(tally.blocks?.[BLOCKS_OF[time]]),
      variance: varianceOf(sketchMoments(sketchOfTime(tally, time))),
    })),
  );
  return shown + unseenUnits(compared, time) - 1;
}

const BLOCKS_OF: Readonly<Record<Time, string>> = {
  latency: BLOCKED.latency,
  ttft: SKETCH.ttft,
  inter_token: SKETCH.interToken,
};

export function sketchOfTime({ latency, sketches }: Tally, time: Time): Sketch {
  if (time === 'latency') return latency;
  return sketches?.[time === 'ttft' ? SKETCH.ttft : SKETCH.interToken] ?? EMPTY_SKETCH;
}

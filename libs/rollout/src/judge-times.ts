import {
  EMPTY_SKETCH,
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
} from '#libs/stats';
import type { Compared } from './evidence.ts';
import { partsOfTime, type Time, type TimeMetric } from './time-metric.ts';

const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/** Judges how much longer the candidate takes than the primary, by its mean or a quantile. */
export function judgeTimes(
  { metric, margin }: { readonly metric: TimeMetric; readonly margin: QuantileMargin },
  { trial, baseline }: Pick<Compared, 'trial' | 'baseline'>,
  budget: Budget,
): Judgement {
  const { time, statistic } = partsOfTime(metric);
  const [candidate, primary] = [sketchOfTime(trial, time), sketchOfTime(baseline, time)];
  const isNone = candidate.count === 0 || primary.count === 0;
  if (isNone && time !== 'latency' && trial.requests > 0 && baseline.requests > 0)
    return noData(
      `no ${time === 'ttft' ? 'streams' : 'streams of two events or more'} on the ${candidate.count === 0 ? 'candidate' : 'primary'} yet; whole answers have no such time`,
      { candidateRequests: candidate.count, primaryRequests: primary.count },
    );
  if (statistic !== 'mean')
    return judgeQuantileIncrease(candidate, primary, QUANTILES[statistic], margin, budget);
  const means = { candidate: sketchMoments(candidate), primary: sketchMoments(primary) };
  const by = 'ratio' in margin ? means.primary.mean * (margin.ratio - 1) : margin.increase;
  const most = { harm: 1, safety: 1 };
  return judgeMeans({ harm: [means], safety: [means], most }, { worse: 'higher', by }, budget);
}

function sketchOfTime({ latency, sketches }: Tally, time: Time): Sketch {
  if (time === 'latency') return latency;
  return sketches?.[time === 'ttft' ? SKETCH.ttft : SKETCH.interToken] ?? EMPTY_SKETCH;
}

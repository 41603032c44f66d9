import type { Arms } from '#libs/rollout';
import { EMPTY_SKETCH, HISTOGRAM, MEASURE, quantile, SKETCH, type Sketch, type Tally } from '#libs/stats';

/**
 * What was counted for one arm, as the API shows it: sketches are long, so their quantiles are shown. Of blocks and units verdicts say what they
 * weigh, of points what comes of them.
 */
function tallyView(tally: Tally) {
  const { latency, sketches = {}, blocks: _blocks, units: _units, points: _points, ...counts } = tally;
  const mean = (name: string): number | null => counts.measures[name]?.mean ?? null;
  const by = (name: string) => counts.histograms[name] ?? {};
  return {
    ...counts,
    ...{ failures: by(HISTOGRAM.failures), replaced: by(HISTOGRAM.replaced), notRead: by(HISTOGRAM.notRead) },
    latencyMs: quantilesOf(latency),
    ttftMs: quantilesOf(sketches[SKETCH.ttft] ?? EMPTY_SKETCH),
    interTokenMs: quantilesOf(sketches[SKETCH.interToken] ?? EMPTY_SKETCH),
    usage: {
      inputTokensMean: mean(MEASURE.inputTokens),
      outputTokensMean: mean(MEASURE.outputTokens),
      totalTokensMean: mean(MEASURE.totalTokens),
      outputTokensPerSecond: mean(MEASURE.outputTokensPerSecond),
      costMean: mean(MEASURE.cost),
      unpriced: mean(MEASURE.unpriced),
    },
    judged: by(HISTOGRAM.judged),
    judgeFailures: by(HISTOGRAM.judgeFailures),
    embedded: by(HISTOGRAM.embedded),
    embeddingFailures: by(HISTOGRAM.embeddingFailures),
    embeddingDistanceMean: mean(MEASURE.embeddingDistance),
  };
}

const quantilesOf = (sketch: Sketch) => ({
  p50: quantile(sketch, 0.5),
  p95: quantile(sketch, 0.95),
  p99: quantile(sketch, 0.99),
});

export const armsView = ({ primary, candidate, shadow }: Arms) => ({
  primary: tallyView(primary),
  candidate: tallyView(candidate),
  shadow: tallyView(shadow),
});

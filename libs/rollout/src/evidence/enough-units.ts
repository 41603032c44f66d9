import { assertNever } from '#libs/kernel';
import { FEWEST_FOR_A_MEAN, fewestUnits, MOST_DISTANCE } from '#libs/stats';
import type { EvidenceGate } from '../policy/gates/gates.ts';
import { isTimeGate, partsOfTime } from '../policy/gates/time-metric.ts';
import { isUsageGate } from '../policy/gates/usage-metric.ts';

/** Where there is no ratio of rates, a rate below this is asked for (`judgeRateRatio`). */
const NEGLIGIBLE = 0.01;
const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/**
 * How many distinct units of the candidate a gate's proof of safety asks for: by the rule of three where it bounds the share of requests of
 * which something is wrong (`fewestUnits`), else as many as a mean does. `null`: the gate is on numbers of requests, not on what they have in common.
 */
export function fewestUnitsOf(gate: EvidenceGate): number | null {
  if (isTimeGate(gate)) {
    const { statistic } = partsOfTime(gate.metric);
    return statistic === 'mean' ? FEWEST_FOR_A_MEAN : fewestUnits(1 - QUANTILES[statistic]);
  }
  if (isUsageGate(gate)) return FEWEST_FOR_A_MEAN;
  switch (gate.metric) {
    case 'error_rate':
    case 'schema_violations':
      return fewestUnits('ratio' in gate.margin ? NEGLIGIBLE : gate.margin.increase);
    case 'agreement':
      return fewestUnits(1 - gate.min);
    case 'rank_correlation':
      return fewestUnits((1 - gate.min) / 2);
    case 'judge_win_rate':
      return fewestUnits(gate.min);
    case 'edit_distance_mean':
      return fewestUnits(gate.max);
    case 'embedding_distance_mean':
      return fewestUnits(gate.max / MOST_DISTANCE);
    case 'feedback':
      return gate.values === 'mean' ? FEWEST_FOR_A_MEAN : fewestUnits(gate.by);
    case 'score_delta':
    case 'output_drift':
    case 'confidence':
    case 'input_drift':
      return FEWEST_FOR_A_MEAN;
    case 'sample_ratio':
      return null;
    default:
      return assertNever(gate);
  }
}

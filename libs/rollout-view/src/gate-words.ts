import type { GateShown } from './gate-shown.ts';

const WORDS: Readonly<Record<string, string>> = {
  error_rate: 'Errors',
  schema_violations: 'Answers against the schema',
  agreement: 'Agreement with the primary',
  judge_win_rate: 'Wins by the judge',
  rank_correlation: 'Rank correlation',
  edit_distance_mean: 'Edit distance',
  embedding_distance_mean: 'Embedding distance',
  score_delta: 'Difference of scores',
  output_drift: 'Drift of the answers',
  confidence: 'Drift of the confidence',
  input_drift: 'Drift of the requests',
  sample_ratio: 'Share of the traffic',
  output_spec: 'Answers that can be read',
  served: 'Has served callers',
};
const STATISTICS: Readonly<Record<string, string>> = { mean: 'mean', p50: 'median', p95: 'p95', p99: 'p99' };
const TIME_WORDS: Readonly<Record<string, string>> = {
  latency: 'Latency',
  ttft: 'Time to the first token',
  inter_token: 'Time between tokens',
};

/** What a gate is about, in words. @param name the gate's own, where it is none of a metric */
export function gateTitleWords(gate: GateShown | undefined, name: string): string {
  if (gate?.name !== undefined) return gate.name;
  const metric = gate?.metric ?? name;
  const [, time = '', statistic = ''] = /^(latency|ttft|inter_token)_(\w+)$/.exec(metric) ?? [];
  if (time !== '') return `${TIME_WORDS[time]}, ${STATISTICS[statistic] ?? statistic}`;
  if (metric.startsWith('feedback.')) return `Feedback: ${metric.slice('feedback.'.length)}`;
  return WORDS[metric] ?? metric;
}

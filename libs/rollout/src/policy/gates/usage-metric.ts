import { MEASURE } from '#libs/stats';

/** What language models say of each answer: its tokens, how fast they come, and what they cost. */
const USAGE = {
  output_tokens_mean: { measure: MEASURE.outputTokens, unit: 'tokens' },
  input_tokens_mean: { measure: MEASURE.inputTokens, unit: 'tokens' },
  total_tokens_mean: { measure: MEASURE.totalTokens, unit: 'tokens' },
  output_tokens_per_second: { measure: MEASURE.outputTokensPerSecond, unit: 'tokens a second' },
  /** By the model's prices, in their currency. */
  cost_mean: { measure: MEASURE.cost, unit: 'of an answer' },
} as const;

/** A gate's metric on the mean of what answers say of themselves. */
export type UsageMetric = keyof typeof USAGE;
export const USAGE_METRICS = Object.keys(USAGE) as UsageMetric[];

/** Does a gate judge what answers say of themselves? */
export const isUsageGate = <G extends { readonly metric: string }>(
  gate: G,
): gate is Extract<G, { readonly metric: UsageMetric }> => Object.hasOwn(USAGE, gate.metric);

/** Does a gate judge money? It needs prices. */
export const isCostGate = ({ metric }: { readonly metric: string }): boolean => metric === 'cost_mean';

/** The measure in the evidence, and the unit in words. */
export const partsOfUsage = (metric: UsageMetric): (typeof USAGE)[UsageMetric] => USAGE[metric];

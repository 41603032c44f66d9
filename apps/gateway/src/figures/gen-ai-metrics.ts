import type { Registry } from '#libs/observe';
import { MEASURE } from '#libs/stats';
import { COST_BOUNDS, GEN_AI_BOUNDS, LabelledBuckets, registerHistogram } from './plain-metrics.ts';

/** As in all figures of the gateway: by `model`, callers are shown none of them (`withoutModels`). */
const LABELS = ['model', 'arm'] as const;

/**
 * Tokens, times and money of language models for Prometheus, by the names that OpenTelemetry's semantic conventions for generative AI
 * have, as its exporters write them for Prometheus: `gen_ai.client.token.usage` is `gen_ai_client_token_usage`, and times end in
 * `_seconds`. Series: models, times three arms, times two kinds of tokens.
 */
export class GenAiMetrics {
  private readonly tokens = new LabelledBuckets([...LABELS, 'gen_ai_token_type'], GEN_AI_BOUNDS.tokens);
  private readonly firstToken = new LabelledBuckets(LABELS, GEN_AI_BOUNDS.firstToken);
  private readonly perToken = new LabelledBuckets(LABELS, GEN_AI_BOUNDS.perToken);
  private readonly cost = new LabelledBuckets(LABELS, COST_BOUNDS);

  register(registry: Registry): void {
    const all = [
      ['gen_ai_client_token_usage', 'Tokens of answers that were read for gates, by kind', this.tokens],
      [
        'gen_ai_server_time_to_first_token_seconds',
        'From the request to the first event of a stream, under a rollout',
        this.firstToken,
      ],
      [
        'gen_ai_server_time_per_output_token_seconds',
        'The mean time from one event of a stream to the next, under a rollout',
        this.perToken,
      ],
      [
        'understudy_gateway_answer_cost',
        "What answers that were read for gates cost, in the currency of the model's prices",
        this.cost,
      ],
    ] as const;
    for (const [name, help, buckets] of all) registerHistogram(registry, name, help, () => buckets.values());
  }

  wasRead(model: string, arm: string, measures: readonly (readonly [name: string, value: number])[]): void {
    for (const [name, value] of measures) {
      if (name === MEASURE.inputTokens) this.tokens.add(value, model, arm, 'input');
      else if (name === MEASURE.outputTokens) this.tokens.add(value, model, arm, 'output');
      else if (name === MEASURE.cost) this.cost.add(value, model, arm);
    }
  }

  /** Milliseconds; `undefined`: there is no such time. */
  streamed(model: string, arm: string, ttftMs?: number, interTokenMs?: number): void {
    if (ttftMs !== undefined) this.firstToken.add(ttftMs / 1_000, model, arm);
    if (interTokenMs !== undefined) this.perToken.add(interTokenMs / 1_000, model, arm);
  }
}

/** What a language model says of one answer of its own. */
export interface Usage {
  /** Tokens that it made; `null`: it does not say. */
  readonly outputTokens: number | null;
  /** Tokens that it has read, those of its prompt cache among them; `null`: it does not say. */
  readonly inputTokens: number | null;
  /** Of these, the ones from its prompt cache; `null`: it does not say. */
  readonly cachedInputTokens: number | null;
  /** Read and made; `null`: it does not say. */
  readonly totalTokens: number | null;
  /** Why it ended: `stop`, `length`, `tool_calls`, …, in its own words; `null`: it does not say. */
  readonly finishReason: string | null;
}

const NOTHING: Usage = {
  outputTokens: null,
  inputTokens: null,
  cachedInputTokens: null,
  totalTokens: null,
  finishReason: null,
};
/** Beyond any context window: a mistake, not a count. */
const MOST_TOKENS = 1e8;
/** Of a list, the last events say how it ended; OpenAI's usage is the last but `[DONE]`. */
const LAST_EVENTS = 8;

/**
 * Reads what an answer says of its tokens and of why it ended. Pure. By these APIs, whole or as a stream of events or lines (a list):
 * OpenAI's completions, chat and responses, and all that speak it (vLLM, llama.cpp, SGLang, LiteLLM); Anthropic's messages;
 * Ollama; Gemini; Text Generation Inference.
 * @param answer the parsed JSON; `undefined`: it was none
 */
export function readUsage(answer: unknown): Usage {
  if (!Array.isArray(answer)) return summed(ofEvent(answer));
  let usage = NOTHING;
  // The latest word counts; Anthropic says the input's tokens in its first event.
  for (const event of [answer[0] as unknown, ...(answer.slice(1).slice(-LAST_EVENTS) as unknown[])]) {
    const said = ofEvent(event);
    usage = {
      outputTokens: said.outputTokens ?? usage.outputTokens,
      inputTokens: said.inputTokens ?? usage.inputTokens,
      cachedInputTokens: said.cachedInputTokens ?? usage.cachedInputTokens,
      totalTokens: said.totalTokens ?? usage.totalTokens,
      finishReason: said.finishReason ?? usage.finishReason,
    };
  }
  return summed(usage);
}

/** The parts say it better than a total that lacks some of them; a larger one knows of more than they do. */
function summed(usage: Usage): Usage {
  const { inputTokens, outputTokens, totalTokens } = usage;
  return inputTokens === null || outputTokens === null
    ? usage
    : { ...usage, totalTokens: Math.max(inputTokens + outputTokens, totalTokens ?? 0) };
}

function ofEvent(event: unknown): Usage {
  const one = asObject(event);
  if (one === null) return NOTHING;
  // OpenAI's responses wrap their last event, Anthropic its first.
  const inner = asObject(one['response']) ?? asObject(one['message']) ?? one;
  const usage = asObject(inner['usage']) ?? asObject(one['usage']) ?? {};
  const gemini = asObject(one['usageMetadata']) ?? {};
  const details = asObject(one['details']) ?? {};
  const choice = firstOf(one['choices']) ?? firstOf(one['candidates']) ?? {};
  const delta = asObject(one['delta']) ?? {};
  const incomplete = asObject(inner['incomplete_details']) ?? {};
  const outputTokens = firstCount(
    ...[withReasoning(usage), usage['completion_tokens'], usage['output_tokens'], one['eval_count']],
    ...[withThoughts(gemini), details['generated_tokens']],
  );
  const inputTokens = firstCount(
    ...[usage['prompt_tokens'], withCache(usage), one['prompt_eval_count'], gemini['promptTokenCount']],
  );
  return {
    outputTokens,
    inputTokens,
    cachedInputTokens: firstCount(
      ...[asObject(usage['prompt_tokens_details'])?.['cached_tokens'], usage['cache_read_input_tokens']],
      ...[asObject(usage['input_tokens_details'])?.['cached_tokens'], usage['prompt_cache_hit_tokens']],
      gemini['cachedContentTokenCount'],
    ),
    totalTokens: firstCount(usage['total_tokens'], gemini['totalTokenCount']),
    finishReason: firstText(
      ...[choice['finish_reason'], choice['finishReason'], one['done_reason'], one['stop_reason']],
      ...[delta['stop_reason'], details['finish_reason'], incomplete['reason'], ended(inner['status'])],
    ),
  };
}

/** Anthropic counts what comes from its prompt cache, and goes into it, beside the input; OpenAI within it. */
function withCache(usage: Readonly<Record<string, unknown>>): number | null {
  const input = firstCount(usage['input_tokens']);
  if (input === null) return null;
  const [read, created] = [usage['cache_read_input_tokens'], usage['cache_creation_input_tokens']];
  return input + (firstCount(read) ?? 0) + (firstCount(created) ?? 0);
}

/**
 * xAI counts its reasoning beside the completion, OpenAI within it: the total tells which. They cost the same.
 * @returns `null` where it does not stand beside
 */
function withReasoning(usage: Readonly<Record<string, unknown>>): number | null {
  const input = firstCount(usage['prompt_tokens'], usage['input_tokens']);
  const made = firstCount(usage['completion_tokens'], usage['output_tokens']);
  const details = asObject(usage['completion_tokens_details']) ?? asObject(usage['output_tokens_details']);
  const reasoning = firstCount(details?.['reasoning_tokens']);
  if (input === null || made === null || reasoning === null) return null;
  return input + made + reasoning === firstCount(usage['total_tokens']) ? made + reasoning : null;
}

/** Gemini counts its thoughts beside the candidates; they cost the same. */
function withThoughts(gemini: Readonly<Record<string, unknown>>): number | null {
  const made = firstCount(gemini['candidatesTokenCount']);
  const thoughts = firstCount(gemini['thoughtsTokenCount']);
  return made === null && thoughts === null ? null : (made ?? 0) + (thoughts ?? 0);
}

/** Of OpenAI's responses: `in_progress` is no end. */
const ended = (status: unknown): unknown => (status === 'completed' || status === 'failed' ? status : null);

const asObject = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;

const firstOf = (list: unknown): Readonly<Record<string, unknown>> | null =>
  Array.isArray(list) ? asObject(list[0]) : null;

function firstCount(...values: readonly unknown[]): number | null {
  const found = values.find(
    (one) => Number.isInteger(one) && (one as number) >= 0 && (one as number) <= MOST_TOKENS,
  );
  return typeof found === 'number' ? found : null;
}

function firstText(...values: readonly unknown[]): string | null {
  const found = values.find((one) => typeof one === 'string' && one !== '');
  return typeof found === 'string' ? found : null;
}

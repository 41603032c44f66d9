/** What a language model says of one answer of its own. */
export interface Usage {
  /** Tokens that it made; `null`: it does not say. */
  readonly outputTokens: number | null;
  readonly inputTokens: number | null;
  /** Why it ended: `stop`, `length`, `tool_calls`, …, in its own words; `null`: it does not say. */
  readonly finishReason: string | null;
}

const NOTHING: Usage = { outputTokens: null, inputTokens: null, finishReason: null };
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
  if (!Array.isArray(answer)) return ofEvent(answer);
  let usage = NOTHING;
  // The latest word counts; Anthropic says the input's tokens in its first event.
  for (const event of [answer[0] as unknown, ...(answer.slice(1).slice(-LAST_EVENTS) as unknown[])]) {
    const { outputTokens, inputTokens, finishReason } = ofEvent(event);
    usage = {
      outputTokens: outputTokens ?? usage.outputTokens,
      inputTokens: inputTokens ?? usage.inputTokens,
      finishReason: finishReason ?? usage.finishReason,
    };
  }
  return usage;
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
  return {
    outputTokens: firstCount(
      ...[usage['completion_tokens'], usage['output_tokens'], one['eval_count']],
      ...[gemini['candidatesTokenCount'], details['generated_tokens']],
    ),
    inputTokens: firstCount(
      ...[usage['prompt_tokens'], usage['input_tokens'], one['prompt_eval_count']],
      gemini['promptTokenCount'],
    ),
    finishReason: firstText(
      ...[choice['finish_reason'], choice['finishReason'], one['done_reason'], one['stop_reason']],
      ...[delta['stop_reason'], details['finish_reason'], incomplete['reason'], ended(inner['status'])],
    ),
  };
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
  const found = values.find((one) => typeof one === 'number' && one >= 0 && one <= MOST_TOKENS);
  return typeof found === 'number' ? found : null;
}

function firstText(...values: readonly unknown[]): string | null {
  const found = values.find((one) => typeof one === 'string' && one !== '');
  return typeof found === 'string' ? found : null;
}

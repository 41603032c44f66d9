import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Payload } from '../payload/index.ts';
import { readUsage, type Usage } from './usage.ts';

/** What most of these say: no cache, and a total that is the sum. */
const said = (usage: Partial<Usage>): Usage => {
  const { outputTokens = null, inputTokens = null } = usage;
  const totalTokens = outputTokens === null || inputTokens === null ? null : outputTokens + inputTokens;
  return { cachedInputTokens: null, totalTokens, finishReason: null, outputTokens, inputTokens, ...usage };
};
const SSE = ['content-type', 'text/event-stream'];
const LINES = ['content-type', 'application/x-ndjson'];
const events = (...data: readonly unknown[]): string =>
  data.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('') + 'data: [DONE]\n\n';

it.each([
  [
    'OpenAI chat, whole',
    JSON.stringify({
      choices: [{ message: { content: 'hi' }, finish_reason: 'length' }],
      usage: { prompt_tokens: 9, completion_tokens: 12 },
    }),
    [],
    said({ outputTokens: 12, inputTokens: 9, finishReason: 'length' }),
  ],
  [
    'OpenAI chat, streamed, with its usage in an event of its own',
    events(
      { choices: [{ delta: { role: 'assistant' }, finish_reason: null }], usage: null },
      { choices: [{ delta: { content: 'hi' }, finish_reason: null }], usage: null },
      { choices: [{ delta: {}, finish_reason: 'stop' }], usage: null },
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 1 } },
    ),
    SSE,
    said({ outputTokens: 1, inputTokens: 3, finishReason: 'stop' }),
  ],
  [
    'OpenAI chat, streamed, without usage',
    events(
      { choices: [{ delta: { content: 'hi' } }] },
      { choices: [{ delta: {}, finish_reason: 'tool_calls' }] },
    ),
    SSE,
    said({ outputTokens: null, inputTokens: null, finishReason: 'tool_calls' }),
  ],
  [
    'OpenAI responses, streamed',
    events(
      { type: 'response.created', response: { status: 'in_progress', usage: null } },
      { type: 'response.output_text.delta', delta: 'hi' },
      {
        type: 'response.completed',
        response: { status: 'completed', usage: { input_tokens: 4, output_tokens: 2 } },
      },
    ),
    SSE,
    said({ outputTokens: 2, inputTokens: 4, finishReason: 'completed' }),
  ],
  [
    'OpenAI responses, cut short',
    JSON.stringify({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { output_tokens: 2 },
    }),
    [],
    said({ outputTokens: 2, inputTokens: null, finishReason: 'max_output_tokens' }),
  ],
  [
    'Anthropic messages, streamed',
    events(
      { type: 'message_start', message: { usage: { input_tokens: 25, output_tokens: 1 } } },
      { type: 'content_block_delta', delta: { type: 'text_delta', text: 'hi' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 15 } },
      { type: 'message_stop' },
    ),
    SSE,
    said({ outputTokens: 15, inputTokens: 25, finishReason: 'end_turn' }),
  ],
  [
    'Ollama, in lines',
    '{"response":"h","done":false}\n{"response":"i","done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":2}\n',
    LINES,
    said({ outputTokens: 2, inputTokens: 5, finishReason: 'stop' }),
  ],
  [
    'Gemini',
    JSON.stringify({
      candidates: [{ content: {}, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 3 },
    }),
    [],
    said({ outputTokens: 3, inputTokens: 8, finishReason: 'STOP' }),
  ],
  [
    'Text Generation Inference, streamed',
    events(
      { token: { text: 'h' }, generated_text: null, details: null },
      {
        token: { text: 'i' },
        generated_text: 'hi',
        details: { finish_reason: 'eos_token', generated_tokens: 2 },
      },
    ),
    SSE,
    said({ outputTokens: 2, inputTokens: null, finishReason: 'eos_token' }),
  ],
  [
    'OpenAI chat, part of its prompt from the cache',
    JSON.stringify({
      usage: { prompt_tokens: 90, completion_tokens: 12, prompt_tokens_details: { cached_tokens: 64 } },
    }),
    [],
    said({ outputTokens: 12, inputTokens: 90, cachedInputTokens: 64 }),
  ],
  [
    "Anthropic's cache stands beside its input",
    JSON.stringify({
      stop_reason: 'end_turn',
      usage: {
        ...{ input_tokens: 5, cache_read_input_tokens: 100, cache_creation_input_tokens: 20 },
        output_tokens: 7,
      },
    }),
    [],
    said({ outputTokens: 7, inputTokens: 125, cachedInputTokens: 100, finishReason: 'end_turn' }),
  ],
  [
    "LiteLLM writes Anthropic's cache within OpenAI's prompt",
    JSON.stringify({
      usage: {
        ...{ prompt_tokens: 125, completion_tokens: 7, total_tokens: 132 },
        ...{ cache_read_input_tokens: 100, cache_creation_input_tokens: 20 },
      },
    }),
    [],
    said({ outputTokens: 7, inputTokens: 125, cachedInputTokens: 100 }),
  ],
  [
    'vLLM, usage in every event (continuous_usage_stats)',
    events(
      ...[1, 2, 3].map((n) => ({
        choices: [{ delta: { content: 'x' }, finish_reason: n === 3 ? 'stop' : null }],
        usage: { prompt_tokens: 4, completion_tokens: n, total_tokens: 4 + n },
      })),
    ),
    SSE,
    said({ outputTokens: 3, inputTokens: 4, finishReason: 'stop' }),
  ],
  [
    'Gemini thinks',
    JSON.stringify({
      usageMetadata: {
        ...{ promptTokenCount: 8, candidatesTokenCount: 3, thoughtsTokenCount: 40 },
        ...{ cachedContentTokenCount: 6, totalTokenCount: 51 },
      },
    }),
    [],
    said({ outputTokens: 43, inputTokens: 8, cachedInputTokens: 6 }),
  ],
  [
    "xAI's reasoning stands beside its completion",
    JSON.stringify({
      usage: {
        ...{ prompt_tokens: 10_120, completion_tokens: 1_499, total_tokens: 14_428 },
        completion_tokens_details: { reasoning_tokens: 2_809 },
      },
    }),
    [],
    said({ outputTokens: 4_308, inputTokens: 10_120 }),
  ],
  [
    'xAI, streamed',
    events(
      { choices: [{ delta: { content: 'hi' }, finish_reason: 'stop' }] },
      {
        choices: [],
        usage: {
          ...{ prompt_tokens: 8, completion_tokens: 2, total_tokens: 40 },
          completion_tokens_details: { reasoning_tokens: 30 },
        },
      },
    ),
    SSE,
    said({ outputTokens: 32, inputTokens: 8, finishReason: 'stop' }),
  ],
  [
    "OpenAI's reasoning is within its completion",
    JSON.stringify({
      usage: {
        ...{ prompt_tokens: 8, completion_tokens: 100, total_tokens: 108 },
        completion_tokens_details: { reasoning_tokens: 64 },
      },
    }),
    [],
    said({ outputTokens: 100, inputTokens: 8 }),
  ],
  [
    'a total that knows of more than the parts',
    JSON.stringify({ usage: { prompt_tokens: 8, completion_tokens: 3, total_tokens: 51 } }),
    [],
    said({ outputTokens: 3, inputTokens: 8, totalTokens: 51 }),
  ],
  [
    'embeddings',
    JSON.stringify({ data: [{ embedding: [0.1] }], usage: { prompt_tokens: 8, total_tokens: 8 } }),
    [],
    said({ inputTokens: 8, totalTokens: 8 }),
  ],
  [
    'an event between with usage: null',
    events({ usage: { prompt_tokens: 4, completion_tokens: 2 } }, { usage: null }, { usage: {} }),
    SSE,
    said({ outputTokens: 2, inputTokens: 4 }),
  ],
  [
    'lines that end as old Macs end them, a mark before, a comment, no [DONE]',
    '\ufeff: hi\r\rdata: {"choices":[],\rdata: "usage":{"prompt_tokens":4,"completion_tokens":2}}\r\r',
    SSE,
    said({ outputTokens: 2, inputTokens: 4 }),
  ],
  [
    'a classifier',
    '{"label":"cat","score":0.9}',
    [],
    said({ outputTokens: null, inputTokens: null, finishReason: null }),
  ],
  ['no JSON', 'hello', [], said({ outputTokens: null, inputTokens: null, finishReason: null })],
  [
    'counts that are none',
    '{"usage":{"completion_tokens":-1,"output_tokens":"9","prompt_tokens":1e300,"input_tokens":1.5}}',
    [],
    said({ outputTokens: null, inputTokens: null, finishReason: null }),
  ],
] as const)('%s', (_name, text, headers, expected) => {
  expect(readUsage(new Payload(text, headers).value)).toEqual(expected);
});

it('reads anything without a throw', () => {
  const keys = fc.constantFrom(
    'usage',
    'choices',
    'response',
    'message',
    'delta',
    'details',
    'completion_tokens',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(fc.jsonValue(), fc.array(tie('any')), fc.dictionary(keys, tie('any'))),
  })).any;
  fc.assert(
    fc.property(value, (answer) => {
      const { outputTokens, inputTokens, finishReason } = readUsage(answer);
      expect(inputTokens === null || inputTokens >= 0).toBe(true);
      expect(outputTokens === null || outputTokens >= 0).toBe(true);
      expect(finishReason === null || finishReason.length > 0).toBe(true);
    }),
  );
});

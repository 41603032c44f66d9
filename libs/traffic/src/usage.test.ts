import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Payload } from './payload/index.ts';
import { readUsage } from './usage.ts';

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
    { outputTokens: 12, inputTokens: 9, finishReason: 'length' },
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
    { outputTokens: 1, inputTokens: 3, finishReason: 'stop' },
  ],
  [
    'OpenAI chat, streamed, without usage',
    events(
      { choices: [{ delta: { content: 'hi' } }] },
      { choices: [{ delta: {}, finish_reason: 'tool_calls' }] },
    ),
    SSE,
    { outputTokens: null, inputTokens: null, finishReason: 'tool_calls' },
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
    { outputTokens: 2, inputTokens: 4, finishReason: 'completed' },
  ],
  [
    'OpenAI responses, cut short',
    JSON.stringify({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { output_tokens: 2 },
    }),
    [],
    { outputTokens: 2, inputTokens: null, finishReason: 'max_output_tokens' },
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
    { outputTokens: 15, inputTokens: 25, finishReason: 'end_turn' },
  ],
  [
    'Ollama, in lines',
    '{"response":"h","done":false}\n{"response":"i","done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":2}\n',
    LINES,
    { outputTokens: 2, inputTokens: 5, finishReason: 'stop' },
  ],
  [
    'Gemini',
    JSON.stringify({
      candidates: [{ content: {}, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 3 },
    }),
    [],
    { outputTokens: 3, inputTokens: 8, finishReason: 'STOP' },
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
    { outputTokens: 2, inputTokens: null, finishReason: 'eos_token' },
  ],
  [
    'a classifier',
    '{"label":"cat","score":0.9}',
    [],
    { outputTokens: null, inputTokens: null, finishReason: null },
  ],
  ['no JSON', 'hello', [], { outputTokens: null, inputTokens: null, finishReason: null }],
  [
    'counts that are none',
    '{"usage":{"completion_tokens":-1,"output_tokens":"9","prompt_tokens":1e300}}',
    [],
    { outputTokens: null, inputTokens: null, finishReason: null },
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
      const { outputTokens, finishReason } = readUsage(answer);
      expect(outputTokens === null || outputTokens >= 0).toBe(true);
      expect(finishReason === null || finishReason.length > 0).toBe(true);
    }),
  );
});

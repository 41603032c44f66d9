import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readGeneration } from './generation.ts';
import { Payload } from '../payload/index.ts';

const EVENTS = ['content-type', 'text/event-stream'];
const events = (...said: readonly unknown[]): unknown =>
  new Payload(said.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(''), EVENTS).value;

it.each<[string, unknown, unknown]>([
  [
    "OpenAI's chat, of two choices",
    {
      model: 'gpt-4o-mini-2024-07-18',
      choices: [
        { index: 1, finish_reason: 'length' },
        { index: 0, finish_reason: 'stop' },
      ],
      usage: { prompt_tokens: 4, completion_tokens: 2 },
    },
    ['gpt-4o-mini-2024-07-18', ['stop', 'length'], 4, 2],
  ],
  [
    'a stream of two choices, the model named late, the usage last',
    events(
      { model: '', choices: [], prompt_filter_results: [] },
      { model: 'gpt-4o', choices: [{ index: 1, delta: { content: 'a' }, finish_reason: null }] },
      { model: 'gpt-4o', choices: [{ index: 1, delta: {}, finish_reason: 'content_filter' }] },
      { model: 'gpt-4o', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      { model: 'gpt-4o', choices: [], usage: { prompt_tokens: 9, completion_tokens: 3 } },
    ),
    ['gpt-4o', ['stop', 'content_filter'], 9, 3],
  ],
  [
    "Anthropic's events",
    events(
      { type: 'message_start', message: { model: 'claude-x', usage: { input_tokens: 3, output_tokens: 1 } } },
      { type: 'content_block_delta', delta: { text: 'a' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
    ),
    ['claude-x', ['end_turn'], 3, 9],
  ],
  [
    "OpenAI's responses",
    events(
      { type: 'response.created', response: { model: 'gpt-5', status: 'in_progress' } },
      {
        type: 'response.completed',
        response: { model: 'gpt-5', status: 'completed', usage: { input_tokens: 8, output_tokens: 2 } },
      },
    ),
    ['gpt-5', ['completed'], 8, 2],
  ],
  [
    'Gemini',
    {
      modelVersion: 'gemini-2.5',
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 6, totalTokenCount: 11 },
    },
    ['gemini-2.5', ['STOP'], 5, 6],
  ],
  [
    'Ollama',
    { model: 'llama3', done: true, done_reason: 'stop', prompt_eval_count: 4, eval_count: 2 },
    ['llama3', ['stop'], 4, 2],
  ],
  [
    'embeddings',
    { model: 'e5', data: [{ embedding: [1] }], usage: { prompt_tokens: 4, total_tokens: 4 } },
    ['e5', [], 4, null],
  ],
  ['a classifier with a field of that name', { model: 'resnet', label: 'dog' }, null],
  [
    'a name that is a document',
    { model: 'x'.repeat(5_000), usage: { prompt_tokens: 1, completion_tokens: 1 } },
    [null, [], 1, 1],
  ],
  ['a list of predictions', [{ usage: { prompt_tokens: 1 } }], [null, [], 1, null]],
  ['nothing', undefined, null],
])('reads %s', (_name, answer, said) => {
  const found = readGeneration(answer);
  expect(
    found && [found.model, found.finishReasons, found.usage.inputTokens, found.usage.outputTokens],
  ).toEqual(said);
});

it('takes whatever a server says', () => {
  const odd = fc.dictionary(
    fc.constantFrom('choices', 'candidates', 'usage', 'model', 'message', 'response', 'delta', 'index'),
    fc.jsonValue({ maxDepth: 4 }),
  );
  fc.assert(
    fc.property(fc.oneof(odd, fc.array(odd)), (answer) => {
      const found = readGeneration(answer);
      expect(found?.finishReasons.length ?? 0).toBeLessThanOrEqual(16);
    }),
  );
});

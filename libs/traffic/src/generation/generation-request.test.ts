import { expect, it } from '@jest/globals';
import { readGenerationRequest } from './generation-request.ts';

const read = (rest: string, body: unknown = {}, headers: readonly string[] = []) =>
  readGenerationRequest(rest, new TextEncoder().encode(JSON.stringify(body)), headers);

it.each<[string, unknown, readonly unknown[] | null]>([
  [
    '/v1/chat/completions',
    { messages: [{ model: 'no' }], model: 'gpt-x', stream: true },
    ['chat', 'openai', 'gpt-x', true],
  ],
  ['/chat/completions/?api-version=1', { model: 'gpt-x' }, ['chat', 'openai', 'gpt-x', null]],
  ['/v1/responses', { model: 'gpt-x', stream: false }, ['chat', 'openai', 'gpt-x', false]],
  ['/v1/completions', { model: 'a', prompt: 'b' }, ['text_completion', 'openai', 'a', null]],
  ['/v1/embeddings', { model: 'e', input: ['a'] }, ['embeddings', 'openai', 'e', null]],
  [
    '/openai/deployments/my-gpt/chat/completions?api-version=1',
    {},
    ['chat', 'azure.ai.openai', 'my-gpt', null],
  ],
  ['/v1/messages', { model: 'claude-x', stream: true }, ['chat', 'anthropic', 'claude-x', true]],
  [
    '/v1beta/models/gemini-x:streamGenerateContent?alt=sse',
    {},
    ['generate_content', 'gcp.gemini', 'gemini-x', null],
  ],
  [
    '/v1/projects/p/publishers/google/models/g:generateContent',
    {},
    ['generate_content', 'gcp.vertex_ai', 'g', null],
  ],
  ['/v1beta/models/e:batchEmbedContents', {}, ['embeddings', 'gcp.gemini', 'e', null]],
  ['/api/chat', { model: 'llama' }, ['chat', 'ollama', 'llama', null]],
  ['/api/generate', { model: 'llama', stream: false }, ['text_completion', 'ollama', 'llama', false]],
  ['/api/embed', { model: 'e' }, ['embeddings', 'ollama', 'e', null]],
  ['/v2/models/tiny/generate_stream', { text_input: 'a' }, ['text_completion', 'triton', 'tiny', null]],
  ['/generate', { inputs: 'a' }, ['text_completion', 'text_generation_inference', null, null]],
  ['/v1/chat/completions', { model: 7, stream: 'yes' }, ['chat', 'openai', null, null]],
  ['/v1/chat/completions', { model: 'x'.repeat(129) }, ['chat', 'openai', null, null]],
  ['/v1/chat/completions', 'model', ['chat', 'openai', null, null]],
  ['/v2/models/digits/infer', { model: 'no' }, null],
  ['/invocations?a=/v1/embeddings', { model: 'no' }, null],
  ['/v1/models', {}, null],
])('%s %j: %j', (rest, body, expected) => {
  const said = read(rest, body);
  expect(said && [said.operation, said.provider, said.model, said.stream]).toEqual(expected);
});

it('reads no body that is compressed, or not held', () => {
  expect(read('/v1/chat/completions', { model: 'm' }, ['Content-Encoding', 'gzip'])?.model).toBeNull();
  expect(readGenerationRequest('/v1/chat/completions', null, [])).toMatchObject({
    operation: 'chat',
    model: null,
  });
});

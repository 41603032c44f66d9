import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareOutputs, ModelAnswer, type OutputSpec, textsOfPair } from './index.ts';

const CHAT: OutputSpec = { kind: 'text', path: '$[*].choices[0].delta.content', similarity: 1 };
const OLLAMA: OutputSpec = { kind: 'text', path: '$[*].response', similarity: 1 };

/** A chat's stream as OpenAI writes it: the role first, then the pieces, why it ended, and the usage. */
const chat = (pieces: readonly string[]): ModelAnswer => {
  const events = [
    { choices: [{ delta: { role: 'assistant' } }] },
    ...pieces.map((content) => ({ choices: [{ delta: { content } }] })),
    { choices: [{ delta: {}, finish_reason: 'stop' }] },
    { choices: [], usage: { completion_tokens: pieces.length } },
  ];
  const body = [...events.map((event) => JSON.stringify(event)), '[DONE]'].map((data) => `data: ${data}\n\n`);
  return new ModelAnswer(200, body.join(''), ['content-type', 'text/event-stream']);
};
const lines = (pieces: readonly string[]): ModelAnswer =>
  new ModelAnswer(
    200,
    [...pieces.map((response) => ({ response })), { done: true }]
      .map((one) => `${JSON.stringify(one)}\n`)
      .join(''),
    ['content-type', 'application/x-ndjson'],
  );
/** A text, cut into pieces anywhere. */
const cut = (text: string, size: number): string[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));

describe('the text of a stream', () => {
  const text = fc.string({ minLength: 1, maxLength: 300 });
  const size = fc.integer({ min: 1, max: 40 });

  it.each<[string, OutputSpec, (pieces: readonly string[]) => ModelAnswer]>([
    ['events', CHAT, chat],
    ['lines', OLLAMA, lines],
  ])('is its pieces put together, however it was cut: %s', (_what, spec, stream) => {
    fc.assert(
      fc.property(text, size, size, (said, one, other) => {
        expect(stream(cut(said, one)).reading(spec)).toEqual({ text: said });
        const specs = { primary: spec, candidate: spec };
        const [a, b] = [stream(cut(said, one)), stream(cut(said, other))];
        expect(compareOutputs(a, b, specs).outcome).toBe('agree');
        expect(textsOfPair(a, b, specs)).toEqual({ primary: said, candidate: said });
      }),
    );
  });

  it('has more pieces than a batch has instances that are read', () => {
    const pieces = Array.from({ length: 5_000 }, (_, i) => `w${i} `);
    expect(chat(pieces).reading(CHAT)).toEqual({ text: pieces.join('') });
  });

  it.each<[string, ModelAnswer]>([
    ['no pieces', chat([])],
    ['pieces that are no texts', lines([7 as unknown as string])],
    ['no stream', new ModelAnswer(200, '{"choices":[{"message":{"content":"x"}}]}')],
  ])('is not read of %s', (_what, answer) => {
    expect(answer.reading(CHAT)).toBeNull();
    expect(answer.reading(OLLAMA)).toBeNull();
    expect(answer.notReadBy(CHAT)).not.toBeNull();
  });

  it('a list that is one JSON value is a batch, as it was', () => {
    const batch = new ModelAnswer(200, '[{"response":"one"},{"response":"two"}]');
    expect(batch.reading(OLLAMA)).toEqual({ instances: [{ text: 'one' }, { text: 'two' }], count: 2 });
  });
});

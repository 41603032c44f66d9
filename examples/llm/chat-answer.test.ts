import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { answerChat, answerChunks, wholeAnswer } from './chat-answer.ts';
import { BadRequest, parseChatRequest } from './chat-request.ts';
import { trainNGramModel } from './n-gram-model.ts';
import { parseRecipe } from './recipe.ts';

const text = readFileSync('examples/llm/fables.txt', 'utf8');
const recipes = [1, 2, 3].map((v) =>
  parseRecipe(readFileSync(`examples/llm/models/storyteller-v${v}.json`, 'utf8')),
);
const models = recipes.map(({ order }) => trainNGramModel(text, order));
const messages = [{ role: 'user', content: 'Tell me of the Lion' }];
const made = { id: 'chatcmpl-0123456789ab', created: 1 };
const say = (version: number, fields: Record<string, unknown> = {}) => {
  const [recipe, model] = [recipes[version - 1], models[version - 1]];
  if (!recipe || !model) throw new Error(`no version ${version}`);
  return answerChat(model, recipe, parseChatRequest({ messages, ...fields }), made);
};
const TOOL = { type: 'function', function: { name: 'find_fable' } };

interface Chunk {
  readonly choices: readonly {
    readonly delta: {
      readonly content?: string;
      readonly tool_calls?: readonly { readonly function: { readonly arguments: string } }[];
    };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: { readonly completion_tokens: number } | null;
}
const chunksOf = (...args: Parameters<typeof answerChunks>) => answerChunks(...args) as Chunk[];

describe('an answer', () => {
  it('is the same text whole and in chunks, and counts its tokens', () => {
    for (let seed = 0; seed < 30; seed++) {
      const answer = say(2, { seed });
      const chunks = chunksOf(answer, true);
      const whole = wholeAnswer(answer) as { choices: { message: { content: string } }[]; usage: unknown };
      const streamed = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
      expect(streamed).toBe(whole.choices[0]?.message.content);
      expect(whole.usage).toEqual(chunks.at(-1)?.usage);
      expect(answer.usage.completion_tokens).toBe(chunks.length - 3); // role, finish_reason, usage
      expect(answer.usage.total_tokens).toBe(answer.usage.prompt_tokens + answer.tokens.length);
    }
  });

  it('says its usage in a last chunk without choices, only where it is asked for', () => {
    const chunks = chunksOf(say(1), true);
    expect(chunks.at(-1)?.choices).toEqual([]);
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunksOf(say(1), false).some((chunk) => 'usage' in chunk)).toBe(false);
  });

  it('calls a tool where the caller insists', () => {
    for (const tool_choice of ['required', TOOL]) {
      const answer = say(2, { tools: [TOOL], tool_choice });
      const args = chunksOf(answer, false).map(
        (c) => c.choices[0]?.delta.tool_calls?.[0]?.function.arguments ?? '',
      );
      expect(JSON.parse(args.join(''))).toEqual({ about: 'Tell me of the Lion' });
      expect(answer).toMatchObject({ tool: 'find_fable', finishReason: 'tool_calls' });
    }
    expect(say(2, { tools: [TOOL], tool_choice: 'auto' })).toMatchObject({
      tool: null,
      finishReason: 'stop',
    });
  });

  it('of v3 is the beginning of what v2 would say, and says that it is done', () => {
    const model = models[2];
    const [, , recipe] = recipes;
    if (!model || !recipe) throw new Error('no v3');
    for (let seed = 0; seed < 50; seed++) {
      const asked = parseChatRequest({ messages, seed });
      const short = answerChat(model, recipe, asked, made);
      const whole = answerChat(model, { ...recipe, keeps: 1 }, asked, made);
      expect(whole.tokens.join('').startsWith(short.tokens.join(''))).toBe(true);
      expect(short.tokens.length / whole.tokens.length).toBeLessThan(0.75);
      expect(short.finishReason).toBe('stop');
    }
  });

  it('ends at max_tokens, and says so', () => {
    expect(say(1, { max_tokens: 3 })).toMatchObject({
      finishReason: 'length',
      usage: { completion_tokens: 3 },
    });
  });
});

describe('parseChatRequest', () => {
  it.each<[string, unknown, string]>([
    ['no messages', {}, 'messages'],
    ['an empty list', { messages: [] }, 'messages'],
    ['no object', null, 'messages'],
    ['a message without a role', { messages: [{ content: 'x' }] }, 'messages[0].role'],
    ['several choices', { messages, n: 2 }, 'n'],
    ['a stream that is no boolean', { messages, stream: 'yes' }, 'stream'],
    ['no whole tokens', { messages, max_tokens: 1.5 }, 'max_tokens'],
    ['a seed that is none', { messages, seed: 'x' }, 'seed'],
  ])('refuses %s, by its field', (_name, body, param) => {
    expect(() => parseChatRequest(body)).toThrow(BadRequest);
    expect(() => parseChatRequest(body)).toThrow(expect.objectContaining({ param }));
  });

  it('reads the last message, also of parts', () => {
    const parts = [
      { type: 'text', text: 'of the ' },
      { type: 'text', text: 'Crow' },
    ];
    const asked = parseChatRequest({ messages: [...messages, { role: 'user', content: parts }] });
    expect(asked).toMatchObject({ prompt: 'of the Crow', promptTokens: 8, stream: false, tool: null });
  });
});

describe('parseRecipe', () => {
  const good = { name: 'x', order: 2, seed: 1, sentences: 2, keeps: 1, pace: { firstMs: 1, tokenMs: 1 } };
  it.each([
    ['order', { ...good, order: 9 }],
    ['keeps', { ...good, keeps: 0 }],
    ['pace.tokenMs', { ...good, pace: { firstMs: 1 } }],
    ['name', { ...good, name: 1 }],
  ])('names %s where it is wrong', (field, recipe) => {
    expect(() => parseRecipe(JSON.stringify(recipe))).toThrow(field);
  });
});

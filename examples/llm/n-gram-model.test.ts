import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { generate, tokenize, trainNGramModel } from './n-gram-model.ts';

const text = readFileSync('examples/llm/fables.txt', 'utf8');
const models = [2, 4].map((order) => trainNGramModel(text, order));
const [lower, higher] = models as [(typeof models)[0], (typeof models)[0]];
const asked = { prompt: 'Tell me of the Fox', seed: 7, maxTokens: 500, sentences: 2 };

describe('tokenize', () => {
  it.each([
    ['A Wolf was lapping.', ['A', ' Wolf', ' was', ' lapping', '.']],
    ['"Nay, master!"', ['"', 'Nay', ',', ' master', '!', '"']],
    ["the Lion's\n share", ['the', " Lion's", ' share']],
    ['', []],
  ])('%s', (one, tokens) => {
    expect(tokenize(one)).toEqual(tokens);
    expect(tokens.join('')).toBe(one.replace(/\s+/g, ' '));
  });
});

describe('generate', () => {
  it('says the same again for the same seed, and else something else', () => {
    for (const model of models) {
      const said = Array.from({ length: 20 }, (_, seed) =>
        generate(model, { ...asked, seed }).tokens.join(''),
      );
      expect(
        Array.from({ length: 20 }, (_, seed) => generate(model, { ...asked, seed }).tokens.join('')),
      ).toEqual(said);
      expect(new Set(said).size).toBeGreaterThan(5);
    }
  });

  it('begins with a fable that the prompt names', () => {
    const openings = higher.openings
      .filter(({ title }) => /Fox/.test(title))
      .map(({ tokens }) => tokens.join(''));
    const said = generate(higher, asked).tokens.slice(0, 4).join('');
    expect(openings).toContain(said);
  });

  it('ends after its sentences, or at the most tokens', () => {
    for (let seed = 0; seed < 100; seed++) {
      const { tokens, finishReason } = generate(lower, { ...asked, seed });
      expect(finishReason).toBe('stop');
      expect(tokens.filter((token) => /[.!?]$/.test(token)).length).toBeLessThanOrEqual(2);
    }
    expect(generate(lower, { ...asked, maxTokens: 5 })).toMatchObject({
      finishReason: 'length',
      tokens: { length: 5 },
    });
  });

  it('says only what the text has seen: every pair of tokens stands in it', () => {
    const seen = new Set<string>();
    const all = tokenize(text.replace(/^# .*$/gm, ''));
    all.forEach((token, i) => seen.add(`${all[i - 1]?.trim()}|${token.trim()}`));
    const { tokens } = generate(lower, asked);
    tokens.slice(1).forEach((token, i) => expect(seen).toContain(`${tokens[i]?.trim()}|${token.trim()}`));
  });

  it('the higher order stays closer to the text, and its answers are about as long', () => {
    const book = text.replace(/\s+/g, ' ');
    const runs = (tokens: readonly string[]): boolean[] =>
      tokens.slice(5).map((_, i) =>
        book.includes(
          tokens
            .slice(i, i + 6)
            .join('')
            .trim(),
        ),
      );
    const share = (all: readonly boolean[]): number => all.filter(Boolean).length / all.length;
    const [low, high] = models.map((model) =>
      Array.from({ length: 300 }, (_, seed) => generate(model, { ...asked, prompt: 'Any', seed }).tokens),
    ) as [string[][], string[][]];
    expect(share(high.flatMap(runs))).toBeGreaterThan(share(low.flatMap(runs)) + 0.2);
    const mean = (all: readonly string[][]): number => all.flat().length / all.length;
    expect(mean(high) / mean(low)).toBeGreaterThan(0.9);
    expect(mean(high) / mean(low)).toBeLessThan(1.5);
  });
});

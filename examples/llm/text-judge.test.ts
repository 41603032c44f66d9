import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { generate, trainNGramModel } from './n-gram-model.ts';
import { preferText } from './text-judge.ts';

const text = readFileSync('examples/llm/fables.txt', 'utf8');
const [judge, v1, v2] = [4, 2, 4].map((order) => trainNGramModel(text, order));
if (!judge || !v1 || !v2) throw new Error('no models');
const prompts = ['Tell me of the Lion', 'Tell me of the Fox', 'Tell me of the Ass'];
const pairs = Array.from({ length: 200 }, (_, seed) => {
  const asked = { prompt: prompts[seed % 3] ?? '', maxTokens: 512, sentences: 2 };
  const said = (model: typeof v1, n: number): string =>
    generate(model, { ...asked, seed: n }).tokens.join('');
  return { first: said(v1, seed), second: said(v2, seed + 10_000) };
});
const wins = (of: readonly string[]): number => of.filter((one) => one === 'B').length;

describe('the judge of stories', () => {
  it('says the same of two answers in either order', () => {
    const turned = { A: 'B', B: 'A', tie: 'tie' };
    for (const { first, second } of pairs)
      expect(preferText(judge, second, first)).toBe(turned[preferText(judge, first, second)]);
  });

  it('prefers the model that looks back further', () => {
    expect(wins(pairs.map(({ first, second }) => preferText(judge, first, second)))).toBeGreaterThan(140);
  });

  it('prefers an answer to the same without its end', () => {
    const cut = pairs.map(({ second }) => preferText(judge, second.slice(0, second.length * 0.6), second));
    expect(wins(cut)).toBeGreaterThan(180);
  });
});

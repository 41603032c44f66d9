import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { generate, trainNGramModel } from '../llm/n-gram-model.ts';
import { englishOf, runsOf, topicsOf } from './llm-callers.ts';

const book = readFileSync('examples/llm/fables.txt', 'utf8');

it.each([
  ['all of it', 'a b c d e', 1],
  ['half of it', 'a b c d x', 0.5],
  ['nothing', 'x y z a b', 0],
  ['less than a run', 'a b', 0],
])('englishOf: %s', (_name, answer, share) => {
  expect(englishOf(answer, new Set(runsOf('a b c d e f')))).toBe(share);
});

it('knows the better model by its answers', () => {
  const runs = new Set(runsOf(book));
  const meanOf = (order: number): number => {
    const model = trainNGramModel(book, order);
    const scores = topicsOf(book).map((topic, seed) => {
      const { tokens } = generate(model, {
        prompt: `Tell me of ${topic}`,
        seed,
        maxTokens: 500,
        sentences: 2,
      });
      return englishOf(tokens.join(''), runs);
    });
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  };
  expect(topicsOf(book)).toHaveLength(65);
  expect(meanOf(4)).toBeGreaterThan(meanOf(2) + 0.3);
});

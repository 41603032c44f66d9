import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { costOfAnswer, pricesOf, type TokenPrices } from './prices.ts';
import type { Usage } from './usage.ts';

const usage = (said: Partial<Usage>): Usage => ({
  ...{
    outputTokens: null,
    inputTokens: null,
    cachedInputTokens: null,
    totalTokens: null,
    finishReason: null,
  },
  ...said,
});
const USUAL: TokenPrices = { input: 2, output: 10, cachedInput: 0.5 };

it.each<[string, Usage, TokenPrices, number | null]>([
  ['input and output', usage({ inputTokens: 1_000_000, outputTokens: 500_000 }), USUAL, 7],
  [
    'part from the cache',
    usage({ inputTokens: 1_000, cachedInputTokens: 600, outputTokens: 0 }),
    USUAL,
    0.0011,
  ],
  [
    'cached input without a price',
    usage({ inputTokens: 9, cachedInputTokens: 9, outputTokens: 0 }),
    { input: 2, output: 1 },
    18e-6,
  ],
  ['more cached than read', usage({ inputTokens: 10, cachedInputTokens: 99, outputTokens: 0 }), USUAL, 5e-6],
  ['no output said', usage({ inputTokens: 10 }), USUAL, null],
  ['no input said', usage({ outputTokens: 10 }), USUAL, null],
  ['nothing said', usage({}), USUAL, null],
  ['input that costs nothing need not be said', usage({ outputTokens: 10 }), { input: 0, output: 1 }, 1e-5],
  ['output that costs nothing need not be said', usage({ inputTokens: 10 }), { input: 1, output: 0 }, 1e-5],
  ['nothing costs anything', usage({}), { input: 0, output: 0 }, 0],
  ['embeddings', usage({ inputTokens: 10, totalTokens: 10 }), USUAL, 2e-5],
])('%s', (_name, said, prices, expected) => {
  const cost = costOfAnswer(said, prices);
  if (expected === null) expect(cost).toBeNull();
  else expect(cost).toBeCloseTo(expected, 12);
});

it('is never below 0, and more tokens never cost less', () => {
  const price = fc.double({ min: 0, max: 1e6, noNaN: true });
  const tokens = fc.integer({ min: 0, max: 1e8 });
  fc.assert(
    fc.property(price, price, tokens, tokens, tokens, (input, output, read, cached, made) => {
      const prices = { input, output, cachedInput: input / 2 };
      const cost = (more: number): number =>
        costOfAnswer(
          usage({ inputTokens: read + more, cachedInputTokens: cached, outputTokens: made }),
          prices,
        ) ?? NaN;
      expect(cost(0)).toBeGreaterThanOrEqual(0);
      expect(cost(1)).toBeGreaterThanOrEqual(cost(0) * (1 - 1e-12));
    }),
  );
});

it('takes the prices of the version, or else the usual ones', () => {
  const versions = { 3: { input: 1, output: 1 } };
  expect(pricesOf(null, 3)).toBeNull();
  expect(pricesOf({ usual: USUAL, versions }, 3)).toEqual({ input: 1, output: 1 });
  expect(pricesOf({ usual: USUAL, versions }, 4)).toEqual(USUAL);
  expect(pricesOf({ usual: null, versions }, 4)).toBeNull();
});

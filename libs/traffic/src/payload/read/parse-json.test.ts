import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEEPEST_JSON, newBudget, parseJson } from './parse-json.ts';

const nested = (depth: number, open: string, close: string): string =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;

describe('JSON of a peer', () => {
  it('that is within the bounds is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), (text) => {
        fc.pre(!/\d{16}/.test(text)); // integers that no number holds are read exactly
        expect(parseJson(text)).toEqual({ value: JSON.parse(text), why: null });
      }),
    );
  });

  it('is read to 64 levels and no deeper, however it is nested, and however deep', () => {
    const kinds = [
      ['[', ']'],
      ['{"a":', '}'],
      ['[[', ']]'],
      ['{"[\\"{":[', ']}'],
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 400_000 }), ([open, close], n) => {
        const each = open.replace(/"(?:\\.|[^"])*"/g, '').replace(/[^[{]/g, '').length;
        const depth = Math.ceil(n / each);
        const { why } = parseJson(nested(depth, open, close));
        expect(why).toBe(depth * each > DEEPEST_JSON ? 'too_deep' : null);
      }),
      {
        numRuns: 50,
        examples: [
          [kinds[0], 64],
          [kinds[0], 65],
          [kinds[1], 64],
          [kinds[1], 65],
          [kinds[3], 66],
        ],
      },
    );
  });

  it('brackets and escapes within strings are no nesting', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('[', '{', '"', '\\', 'a', ',') }), (text) => {
        const json = JSON.stringify([text.repeat(100)]);
        expect(parseJson(json)).toEqual({ value: [text.repeat(100)], why: null });
      }),
    );
  });

  it.each([
    ['[{},{},…]', `[${'{},'.repeat(400_000)}1]`],
    ['[[],[],…]', `[${'[],'.repeat(1_500_000)}1]`],
    ['[1,1,…]', `[${'1,'.repeat(3_000_000)}1]`],
  ])('%s, whose objects are many times its text, is not made', (_, text) => {
    expect(parseJson(text).why).toBe('too_large');
  });

  it('a text without an end costs what its length says', () => {
    for (const text of ['"'.repeat(1_000_001), `"${'\\'.repeat(2_000_001)}`, `"${'\\"'.repeat(1_000_000)}`])
      expect(parseJson(text)).toEqual({ value: undefined, why: 'no_json' });
  });
});

/** Documents as peers write them: with long integers, long fractions and exponents, in strings and outside, deep and flat, and keys twice. */
const numbers = fc.oneof(
  fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }).map(String),
  fc.constantFrom('9007199254740993', '-1000000000000000', '999999999999999', '1e15', '1e400', '-0', '0.1'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => JSON.stringify(one)),
);
const { document } = fc.letrec<{ document: string }>((tie) => ({
  document: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    numbers,
    fc.constantFrom('null', 'true', '"12345678901234567"', '"[1,12345678901234567]"', '"NaN"', 'NaN'),
    fc.array(tie('document'), { maxLength: 5 }).map((all) => `[${all.join(', ')}]`),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', '__proto__', '1'), tie('document')), { maxLength: 4 })
      .map((all) => `{${all.map(([key, one]) => `"${key}": ${one}`).join(',')}}`),
  ),
}));

it('what is looked at afterwards says the same as what looks at each character first', () => {
  fc.assert(
    // With a budget of its own, a text is always looked at before anything is made of it.
    fc.property(document, fc.integer({ min: 0, max: 70 }), (inner, deep) => {
      const text = `${'['.repeat(deep)}${inner}${']'.repeat(deep)}`;
      expect(parseJson(text)).toEqual(parseJson(text, newBudget()));
    }),
    { numRuns: 3_000 },
  );
});

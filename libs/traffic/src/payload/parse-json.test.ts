import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEEPEST_JSON, hasDigitsInARow, parseJson } from './parse-json.ts';

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

it('digits in a row are found wherever a regular expression finds them', () => {
  const text = fc.array(
    fc.oneof(fc.constantFrom('1', '23', '4567890', '12345678901', 'x', ',', '.', '½'), fc.string()),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 20 }), (parts, many) => {
      const all = parts.join('');
      expect(hasDigitsInARow(all, many)).toBe(new RegExp(`[0-9]{${many}}`).test(all));
    }),
    { numRuns: 3_000 },
  );
});

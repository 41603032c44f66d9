import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMBEDDED } from '#libs/stats';
import {
  cosineDistance,
  haveOtherWords,
  type PairToEmbed,
  textsOf,
  unitVector,
  type UnitVector,
} from './index.ts';

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const vectors = fc
  .integer({ min: 1, max: 20 })
  .chain((n) =>
    fc.tuple(
      fc.array(number, { minLength: n, maxLength: n }),
      fc.array(number, { minLength: n, maxLength: n }),
    ),
  );
const direction = (values: readonly number[]): UnitVector => {
  const unit = unitVector(values);
  if (typeof unit === 'string') throw new Error(unit);
  return unit;
};
const hasOne = (values: readonly number[]): boolean => values.some((value) => value !== 0);

describe('the distance of two embeddings', () => {
  it('is in [0, 2], the same either way, 0 to itself and 2 to its opposite, whatever their size', () => {
    fc.assert(
      fc.property(vectors, ([a, b]) => {
        fc.pre(hasOne(a) && hasOne(b));
        const [x, y] = [direction(a), direction(b)];
        const distance = cosineDistance(x, y);
        expect(distance).toBeGreaterThanOrEqual(0);
        expect(distance).toBeLessThanOrEqual(2);
        expect(cosineDistance(y, x)).toBe(distance);
        expect(cosineDistance(x, x)).toBe(0);
        expect(cosineDistance(x, direction(a.map((value) => -value)))).toBeCloseTo(2, 5);
      }),
    );
  });

  it('is 1 − cos, as written down', () => {
    const ordinary = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(ordinary, ordinary, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (a, b, scale) => {
        const dot = (p: readonly number[], q: readonly number[]) =>
          p.reduce((sum, v, i) => sum + v * (q[i] ?? 0), 0);
        fc.pre(dot(a, a) > 1e-3 && dot(b, b) > 1e-3);
        const cos = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
        expect(cosineDistance(direction(a.map((v) => v * scale)), direction(b))).toBeCloseTo(1 - cos, 5);
      }),
    );
  });

  it.each<[string, readonly number[], string]>([
    ['zeros', [0, 0, -0], 'zero_vector'],
    ['no numbers', [], 'zero_vector'],
    ['NaN', [1, NaN], 'not_finite'],
    ['infinity', [1, -Infinity], 'not_finite'],
  ])('%s have no direction', (_what, values, reason) => {
    expect(unitVector(values)).toBe(reason);
  });

  it('does not compare vectors of different lengths', () => {
    expect(() => cosineDistance(direction([1]), direction([1, 1]))).toThrow(RangeError);
  });
});

describe('the texts of a pair', () => {
  const pair = (primary: string, candidate: string, identical = primary === candidate): PairToEmbed => ({
    ...{ rolloutId: 'r', revision: 1, requestId: 'q', attempts: 1 },
    ...{ primary, candidate, identical },
  });

  it.each<[string, PairToEmbed, string, number | null]>([
    ['the same', pair('a b', 'a b'), EMBEDDED.identical, 0],
    ['both empty', pair('', ''), EMBEDDED.bothEmpty, 0],
    ['both blank', pair(' \n', '\t'), EMBEDDED.bothEmpty, 0],
    ['silence for a text', pair('a', ''), EMBEDDED.oneEmpty, 2],
    ['a text for silence', pair(' ', 'a'), EMBEDDED.oneEmpty, 2],
    [
      'the same but for what is left out',
      pair(`${'a'.repeat(300)}x${'a'.repeat(300)}`, `${'a'.repeat(300)}y${'a'.repeat(300)}`),
      EMBEDDED.failed,
      null,
    ],
    ['the same as far as the gateway has sent them', pair('a', 'a', false), EMBEDDED.failed, null],
  ])('%s need not be asked about', (_what, given, outcome, distance) => {
    expect(textsOf(given, 200)).toMatchObject({ outcome, distance });
  });

  it('are never longer than the model reads, and it is said when they were', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.string({ maxLength: 400 }), (a, b) => {
        const texts = textsOf(pair(`a${a}`, `b${b}`), 200);
        if (!('primary' in texts)) return;
        expect(Math.max(texts.primary.length, texts.candidate.length)).toBeLessThanOrEqual(200);
        if (Math.max(a.length, b.length) >= 200) expect(texts.isShortened).toBe(true);
      }),
    );
  });

  it.each<[string, string, boolean]>([
    ['Yes, it is.', 'yes it is', false],
    ['Café au lait', 'cafe  au LAIT!', false],
    ['the dog bites the man', 'the man bites the dog', false],
    ['one two three', 'one two', true],
    ['one two', 'one too', true],
    ['猫が好き', '犬が好き', true],
  ])('%s / %s: other words: %s', (one, other, expected) => {
    expect(haveOtherWords(one, other)).toBe(expected);
  });
});

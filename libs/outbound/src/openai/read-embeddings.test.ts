import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unitVector } from '#libs/engine';
import { readEmbeddings } from './read-embeddings.ts';

const value = fc.double({ min: -1, max: 1, noNaN: true });
/** Some embeddings of one length, none of zeros. */
const several = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 6 }))
  .chain(([count, length]) =>
    fc.array(
      fc.array(value, { minLength: length, maxLength: length }).map((values) => [1, ...values]),
      { minLength: count, maxLength: count },
    ),
  );
const base64 = (values: readonly number[]): string =>
  Buffer.from(Float32Array.from(values).buffer).toString('base64');

/** An answer that holds these, in the order that these keys give, some of them in base64. */
function answerOf(vectors: readonly (readonly number[])[], keys: readonly number[], coded: number): unknown {
  const data = vectors.map((embedding, index) => ({
    ...{ object: 'embedding', index },
    embedding: (coded >> index) % 2 === 1 ? base64(embedding) : embedding,
  }));
  return { data: data.sort((a, b) => (keys[a.index] ?? 0) - (keys[b.index] ?? 0)) };
}

describe('an answer with embeddings', () => {
  it('is read by the index of each, in any order, as numbers or in base64', () => {
    fc.assert(
      fc.property(several, fc.array(fc.integer(), { minLength: 8 }), fc.nat(255), (vectors, keys, coded) => {
        const read = readEmbeddings(answerOf(vectors, keys, coded), vectors.length, null);
        expect(Array.isArray(read)).toBe(true);
        vectors.forEach((vector, i) => {
          const [got, wanted] = [read[i] as Float32Array, unitVector(vector) as Float32Array];
          expect(got).toHaveLength(wanted.length);
          got.forEach((number, at) => expect(number).toBeCloseTo(wanted[at] ?? NaN, 5));
        });
      }),
    );
  });

  it('one that lacks an embedding, has one too many or names a place twice is none', () => {
    fc.assert(
      fc.property(several, fc.array(fc.integer(), { minLength: 8 }), (vectors, keys) => {
        const { data } = answerOf(vectors, keys, 0) as { data: Record<string, unknown>[] };
        const n = vectors.length;
        expect(readEmbeddings({ data }, n + 1, null)).toBe('wrong_count');
        expect(readEmbeddings({ data }, n - 1, null)).toBe('wrong_count');
        expect(readEmbeddings({ data }, n, (vectors[0]?.length ?? 0) + 1)).toBe('wrong_length');
        if (n < 2) return;
        const twice = data.map((item, i) => (i === 1 ? { ...item, index: data[0]?.['index'] } : item));
        expect(readEmbeddings({ data: twice }, n, null)).toBe('wrong_index');
        const longer = data.map((item, i) =>
          i === 1 ? { ...item, embedding: new Array(40).fill(1) } : item,
        );
        expect(readEmbeddings({ data: longer }, n, null)).toBe('wrong_length');
      }),
    );
  });

  it.each<[string, unknown, number, unknown]>([
    ['no JSON', undefined, 1, 'unreadable_reply'],
    ['a list', [], 0, 'unreadable_reply'],
    ['no data', { error: 'x' }, 1, 'unreadable_reply'],
    ['data that are texts', { data: ['x'] }, 1, 'unreadable_reply'],
    ['an embedding of texts', { data: [{ index: 0, embedding: ['1'] }] }, 1, 'unreadable_reply'],
    ['an embedding that is no list', { data: [{ index: 0, embedding: { 0: 1 } }] }, 1, 'unreadable_reply'],
    ['no embedding', { data: [{ index: 0 }] }, 1, 'unreadable_reply'],
    ['an empty embedding', { data: [{ index: 0, embedding: [] }] }, 1, 'wrong_length'],
    ['no base64', { data: [{ index: 0, embedding: 'n(t!' }] }, 1, 'unreadable_reply'],
    ['half a number in base64', { data: [{ index: 0, embedding: 'AAA=' }] }, 1, 'unreadable_reply'],
    ['an index below 0', { data: [{ index: -1, embedding: [1] }] }, 1, 'wrong_index'],
    ['an index that is a text', { data: [{ index: '0', embedding: [1] }] }, 1, 'wrong_index'],
    ['an index beside none', { data: [{ index: 0, embedding: [1] }, { embedding: [1] }] }, 2, 'wrong_index'],
  ])('%s', (_what, answer, count, expected) => {
    expect(readEmbeddings(answer, count, null)).toBe(expected);
  });

  it('without any index the order is that of the texts; one without a direction does not cost the others theirs', () => {
    const data = [
      { embedding: [0, 3] },
      { embedding: [0, 0] },
      { embedding: [null, 1] },
      { embedding: [2, 0] },
    ];
    expect(readEmbeddings({ data }, 4, null)).toEqual([
      Float32Array.of(0, 1),
      'zero_vector',
      'not_finite',
      Float32Array.of(1, 0),
    ]);
    const nan = base64([NaN, 1]);
    expect(readEmbeddings({ data: [{ index: 0, embedding: nan }] }, 1, 2)).toEqual(['not_finite']);
  });
});

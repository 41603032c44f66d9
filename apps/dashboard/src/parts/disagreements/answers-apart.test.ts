import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answersApart } from './answers-apart.ts';

const first = (a: unknown, b: unknown) => answersApart(JSON.stringify(a), JSON.stringify(b))[0];

it('words come before numbers, and whole ones before shares', () => {
  expect(
    first({ scores: [0.2, 0.8], id: 4, label: 'grignolino' }, { scores: [0.7, 0.3], id: 7, label: 'barolo' }),
  ).toEqual({ path: 'label', primary: 'grignolino', candidate: 'barolo' });
  expect(
    first(
      { outputs: [{ data: [0.123456, 0.5] }, { data: [4] }] },
      { outputs: [{ data: [0.5, 0.5] }, { data: [7] }] },
    ),
  ).toEqual({ path: 'outputs[1].data[0]', primary: '4', candidate: '7' });
  expect(first([0.123456], [0.2])).toEqual({ path: '[0]', primary: '0.1235', candidate: '0.2' });
});

it('what one has not said is nothing, and texts are shown where they go apart', () => {
  expect(first({ a: 1 }, {})).toEqual({ path: 'a', primary: '1', candidate: 'nothing' });
  const long = 'The fox and the grapes, as everybody knows, ';
  expect(answersApart(`${long}end well.`, `${long}fall.`)).toEqual([
    { path: '', primary: '…erybody knows, end well.', candidate: '…erybody knows, fall.' },
  ]);
  expect(answersApart('', '{"a":1}')[0]).toEqual({ path: '', primary: 'nothing', candidate: '{"a":1}' });
});

it('what differs is never shown alike, however little it is, and however deep the answer', () => {
  expect(first([0.12345], [0.12346])).toEqual({ path: '[0]', primary: '0.12345', candidate: '0.12346' });
  expect(first({}, [])).toEqual({ path: '', primary: '{…}', candidate: '[…]' });
  const deep = '['.repeat(5_000) + ']'.repeat(5_000);
  expect(answersApart(deep, '[]')).toHaveLength(2);
});

it('equal answers differ nowhere, and others somewhere', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
      expect(answersApart(one, one)).toEqual([]);
      for (const { primary, candidate } of answersApart(one, other)) {
        expect(primary.length).toBeLessThanOrEqual(61);
        expect(candidate.length).toBeLessThanOrEqual(61);
      }
    }),
  );
});

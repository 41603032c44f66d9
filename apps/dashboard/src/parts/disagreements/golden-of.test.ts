import { expect, it } from '@jest/globals';
import { goldenOf } from './golden-of.ts';

const sample = (request: string, primary: unknown, candidate: unknown) => ({
  ...{ requestId: 'r1', request },
  primary: { status: 200, body: JSON.stringify(primary) },
  candidate: { status: 200, body: JSON.stringify(candidate) },
});

it('asks of every later version what the primary has answered', () => {
  expect(goldenOf(sample('{"x":[1]}', { outputs: [{ label: 'a' }] }, { outputs: [{ label: 'b' }] }))).toEqual(
    {
      ...{ name: 'disagreement r1', method: 'POST', path: '/predict', body: { x: [1] } },
      expect: [{ path: '$.outputs[0].label', equals: 'a' }],
    },
  );
  expect(goldenOf(sample('[1]', ['a'], ['b']))?.expect).toEqual([{ path: '$[0]', equals: 'a' }]);
});

it('of a request that is no JSON there is none, and of an answer that has not the place nothing is asked', () => {
  expect(goldenOf(sample('a=1', { label: 'a' }, { label: 'b' }))).toBeNull();
  expect(goldenOf(sample('{}', {}, { label: 'b' }))?.expect).toEqual([]);
});

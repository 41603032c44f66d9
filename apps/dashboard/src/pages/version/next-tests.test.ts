import { expect, it } from '@jest/globals';
import { nextTests } from './next-tests.ts';

const test = (id: string, points: number) => ({ id, title: id, points, by: 'missing', because: '' });
const section = (name: string, ...points: number[]) => ({
  points: points.reduce((sum, one) => sum + one, 0),
  tests: points.map((one, i) => test(`${name}.${i + 1}`, one)),
});

it('names what raises the score: of the weakest sections, and no other', () => {
  const sections = {
    data: section('data', 1, 0, 0.5),
    model: section('model', 1, 1, 0),
    infra: section('infra', 1, 0, 0.5),
    monitor: section('monitor', 1, 1, 1),
  };
  const ids = (most: number) => nextTests({ score: 1.5, sections } as never, most).map(({ id }) => id);
  expect(ids(9)).toEqual(['data.2', 'data.3', 'infra.2', 'infra.3']);
  expect(ids(1)).toEqual(['data.2']);
});

import { expect, it } from '@jest/globals';
import type { Event } from '../../queries.ts';
import { foldLooks } from './fold-looks.ts';

const of = (types: string) =>
  [...types].map((type, sequence) => ({
    sequence,
    type: { c: 'rollout.created', j: 'rollout.judged', a: 'rollout.advanced' }[type],
  })) as unknown as readonly Event[];
const shown = (types: string) =>
  foldLooks(of(types)).map(({ event, looksBefore }) => [event.sequence, looksBefore]);

it('of looks in a row the last is shown, with how many were before it; all else is shown', () => {
  expect(shown('cjjjajcjj')).toEqual([
    [0, 0],
    [3, 2],
    [4, 0],
    [5, 0],
    [6, 0],
    [8, 1],
  ]);
  expect(shown('')).toEqual([]);
  expect(shown('j')).toEqual([[0, 0]]);
});

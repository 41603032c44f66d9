import { expect, it } from '@jest/globals';
import { PLANE_FEEDS } from '#libs/traffic';
import { readAbilities } from './abilities.ts';

it.each([
  ['nothing', {}, { lacks: [], moves: false, serves: true }],
  ['that it only brings evidence', { serves: false }, { lacks: [], moves: false, serves: false }],
  ['what it lacks', { lacks: [...PLANE_FEEDS] }, { lacks: PLANE_FEEDS, moves: false, serves: true }],
  ['that it moves callers', { moves: true }, { lacks: [], moves: true, serves: true }],
  // Nobody may be left out of those that a step waits for by mistake.
  [
    'what cannot be read',
    { lacks: 7, moves: 'yes', serves: 'no' },
    { lacks: [], moves: false, serves: true },
  ],
])('a sender that says %s', (_, body, expected) => {
  expect(readAbilities(body)).toEqual(expected);
});

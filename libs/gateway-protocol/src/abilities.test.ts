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
  expect(readAbilities(body)).toEqual({ ...expected, about: null });
});

it.each([
  [
    'all of it',
    { kind: 'gateway', version: '1.2.3', routesAgeMs: 12, lostRequests: 1, droppedCopies: 2 },
    {},
  ],
  ['no version', { kind: 'envoy', version: null, proxies: 2 }, {}],
  ['what it cannot count', { kind: 'gateway', version: '1', routesAgeMs: null }, { routesAgeMs: undefined }],
  ['more than is known', { kind: 'kubernetes', version: '1', colour: 'red' }, { colour: undefined }],
])('what a sender says of itself: %s', (_, about, read) => {
  expect(readAbilities({ about }).about).toEqual({ ...about, ...read });
});

it.each([[null], ['x'], [[]], [{}], [{ kind: 'other' }], [{ kind: 'gateway', version: 'a\0b' }]])(
  'of itself it says nothing that can be read: %j',
  (about) => {
    expect(readAbilities({ about }).about).toBeNull();
  },
);

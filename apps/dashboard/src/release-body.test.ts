import { expect, it } from '@jest/globals';
import { releaseBody } from './release-body.ts';

it.each([
  ['', null],
  ['2026-12-01T08:00', new Date(2026, 11, 1, 8).toISOString()],
])('a start field with "%s" asks for %s', (local, startAt) =>
  expect(releaseBody(7, 'why', local)).toEqual({ version: 7, reason: 'why', startAt }),
);

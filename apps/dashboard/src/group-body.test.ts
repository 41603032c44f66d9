import { expect, it } from '@jest/globals';
import { EMPTY_MEMBER, groupBody, namedBefore } from './group-body.ts';

const rows = [
  { model: 'cart', version: '2' },
  { model: 'search', version: '7' },
  { model: 'cart', version: '3' },
  EMPTY_MEMBER,
  EMPTY_MEMBER,
];

it('a group is asked for by numbers, now or at a date of the browser', () => {
  const members = [
    { model: 'cart', version: 2 },
    { model: 'search', version: 7 },
  ];
  const reason = 'why';
  expect(groupBody(rows.slice(0, 2), reason, '')).toEqual({ members, reason, startAt: null });
  const startAt = new Date(2026, 11, 1, 8).toISOString();
  expect(groupBody(rows.slice(0, 2), reason, '2026-12-01T08:00')).toEqual({ members, reason, startAt });
});

it('a model that is chosen twice is told at the second place; what is not chosen yet is not', () => {
  expect(rows.map((_, at) => namedBefore(rows, at))).toEqual([false, false, true, false, false]);
});

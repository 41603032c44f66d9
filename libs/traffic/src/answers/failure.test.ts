import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AnswerSaid, failureBeside, statusReason, wrongWith } from '../index.ts';

const said = (status: number, isReadable = true, saysRetryLater = false): AnswerSaid => ({
  status,
  isReadable,
  saysRetryLater,
  isEmpty: false,
});
const empty = (status: number): AnswerSaid => ({ ...said(status), isEmpty: true });

it.each<[number, boolean, string | null]>([
  [200, false, null],
  [204, false, null],
  [302, false, null],
  [400, false, '4xx'],
  [404, false, '4xx'],
  [422, true, '4xx'],
  [429, false, 'overload'],
  [429, true, 'overload'],
  [500, true, '5xx'],
  [503, false, '5xx'],
  [503, true, 'overload'],
])('status %d, Retry-After %j: %j', (status, saysRetryLater, reason) =>
  expect(statusReason({ status, saysRetryLater })).toBe(reason),
);

describe('a failure beside the other version', () => {
  it.each<[string, AnswerSaid, AnswerSaid | null, string | null]>([
    ['200 beside 200', said(200), said(200), null],
    ['200 beside 500', said(200), said(500), null],
    ['404 beside 200', said(404), said(200), '4xx'],
    ['404 beside 302', said(404), said(302), '4xx'],
    ['404 beside 200 that is not read', said(404), said(200, false), '4xx'],
    ['404 beside 404', said(404), said(404), null],
    ['404 beside 422: it was the request', said(404), said(422), null],
    ['404 beside 503', said(404), said(503), null],
    ['404 beside nothing', said(404), null, null],
    ['429 beside 200', said(429), said(200), 'overload'],
    ['429 beside 429', said(429), said(429), null],
    ['500 beside 200', said(500), said(200), '5xx'],
    ['500 beside 400', said(500), said(400), '5xx'],
    ['500 beside nothing', said(500), null, '5xx'],
    ['503 with Retry-After beside nothing', said(503, true, true), null, 'overload'],
    ['unreadable beside readable', said(200, false), said(200), 'unreadable'],
    ['unreadable beside unreadable: it is the spec', said(200, false), said(200, false), null],
    ['unreadable beside 400', said(200, false), said(400), null],
    ['unreadable beside nothing', said(200, false), null, null],
    ['unreadable beside an empty stream', said(200, false), empty(200), null],
    ['an empty stream beside one that says something', empty(200), said(200), 'empty'],
    ['an empty stream beside what is not read', empty(200), said(200, false), 'empty'],
    ['an empty stream beside an empty one', empty(200), empty(200), null],
    ['an empty stream beside 204', empty(200), said(204), null],
    ['an empty stream beside 400', empty(200), said(400), null],
    ['an empty stream beside nothing', empty(200), null, null],
  ])('%s', (_, one, other, reason) => expect(failureBeside(one, other)).toBe(reason));

  const any = fc.record({
    status: fc.constantFrom(200, 201, 302, 400, 401, 404, 422, 429, 500, 503),
    isReadable: fc.boolean(),
    saysRetryLater: fc.boolean(),
    isEmpty: fc.boolean(),
  });
  it('two servers that answer alike are never told apart, but for their own errors', () => {
    fc.assert(
      fc.property(any, (one) => {
        expect(failureBeside(one, one)).toBe(one.status >= 500 ? wrongWith(one) : null);
      }),
    );
  });
  it('never both, but for errors of both; and never where nothing is wrong', () => {
    fc.assert(
      fc.property(any, any, (one, other) => {
        const both = failureBeside(one, other) !== null && failureBeside(other, one) !== null;
        expect(both).toBe(one.status >= 500 && other.status >= 500);
        if (wrongWith(one) === null) expect(failureBeside(one, other)).toBeNull();
      }),
    );
  });
});

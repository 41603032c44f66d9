import { expect, it } from '@jest/globals';
import { judgeRequest } from './judge-request.ts';
import type { LoggedRequest } from './logged-request.ts';

const bounds = { answerMs: 1_000, maxBufferedBytes: 1_000 };
const evidence = { hash: 7, worker: '00000000', number: 1, key: 'k' };

/** An answer of 200 after 20 ms, of a request that took 10 ms to come in. */
const logged = (arm: 'primary' | 'candidate', changes: Partial<LoggedRequest> = {}): LoggedRequest => ({
  ...{ kind: 'request', requestId: 'r', evidence: { arm, ...evidence }, attempts: 1 },
  version: arm === 'primary' ? 1 : 2,
  ...{ status: 200, isServers: true, flags: new Set(), bodyBytes: 10, headers: [] },
  ...{ readMs: 10, sentMs: 11, firstByteMs: 30, lastByteMs: 31, endMs: 32 },
  ...changes,
});
const flags = (...names: string[]) => ({ flags: new Set(names) });
const unanswered = { firstByteMs: null, lastByteMs: null, status: 0, isServers: false };
const failed = (reason: string, latencyMs: number) => ({ failed: true, reason, latencyMs });
const STREAM = { headers: ['content-type', 'text/event-stream'] };

it.each<[string, Partial<LoggedRequest>, object | null]>([
  ['answers', {}, { failed: false, reason: undefined, latencyMs: 20 }],
  ['errs', { status: 500 }, failed('5xx', 20)],
  ['refuses', { status: 404 }, failed('4xx', 20)],
  ['has too much to do', { status: 429 }, failed('overload', 20)],
  ['says when to try again', { status: 503, headers: ['retry-after', '1'] }, failed('overload', 20)],
  ['is late', { lastByteMs: 1_500 }, failed('timeout', 1_000)],
  [
    'streams for longer than an answer may take',
    { ...STREAM, lastByteMs: 9_000 },
    { failed: false, reason: undefined, latencyMs: 8_989 },
  ],
  [
    'begins to stream too late',
    { ...STREAM, firstByteMs: 1_500, lastByteMs: 1_600 },
    failed('timeout', 1_000),
  ],
  ['answers more than is kept', { bodyBytes: 2_000 }, null],
  [
    'streams more than is kept',
    { ...STREAM, bodyBytes: 2_000 },
    { failed: false, reason: undefined, latencyMs: 20 },
  ],
  [
    'takes no connection',
    { ...unanswered, sentMs: null, status: 503, ...flags('upstream_connection_failure') },
    failed('unreachable', 0),
  ],
  [
    'is cut off',
    { lastByteMs: null, endMs: 51, ...flags('upstream_connection_termination') },
    failed('cut_off', 40),
  ],
  [
    'is reset',
    { ...unanswered, status: 503, endMs: 51, ...flags('upstream_remote_reset') },
    failed('cut_off', 40),
  ],
  [
    'says what is no HTTP',
    { ...unanswered, status: 502, endMs: 51, ...flags('upstream_protocol_error') },
    failed('malformed', 40),
  ],
  [
    'gives no answer in time',
    { ...unanswered, status: 504, endMs: 1_013, ...flags('upstream_request_timeout') },
    failed('timeout', 1_000),
  ],
  [
    'falls silent',
    { ...unanswered, status: 504, endMs: 31_000, ...flags('stream_idle_timeout') },
    failed('timeout', 1_000),
  ],
  [
    'was never asked: too many were',
    { ...unanswered, sentMs: null, status: 503, ...flags('upstream_overflow') },
    null,
  ],
  [
    'was never asked: nobody was there',
    { ...unanswered, sentMs: null, version: null, status: 503, ...flags('no_healthy_upstream') },
    null,
  ],
  ['was never asked, and why is not known', { ...unanswered, sentMs: null, status: 500 }, null],
  ['is not heard: Envoy itself answers', { isServers: false, status: 500 }, null],
  ['is left soon', { ...unanswered, endMs: 100, ...flags('downstream_connection_termination') }, null],
  [
    'is left after a while',
    { ...unanswered, endMs: 311, ...flags('downstream_remote_reset') },
    failed('abandoned', 300),
  ],
  [
    'is left before it is asked',
    { ...unanswered, sentMs: null, endMs: 310, ...flags('downstream_remote_reset') },
    failed('abandoned', 300),
  ],
  [
    'is left in the middle of a stream',
    { ...STREAM, lastByteMs: null, endMs: 500, ...flags('downstream_remote_reset') },
    null,
  ],
  [
    'is left when all of its answer is there',
    flags('downstream_remote_reset'),
    { failed: false, reason: undefined, latencyMs: 20 },
  ],
])('either version %s', (_, changes, outcome) => {
  for (const arm of ['primary', 'candidate'] as const)
    expect(judgeRequest(logged(arm, changes), { candidate: 2 }, null, bounds)).toEqual({
      outcome,
      replaced: null,
    });
});

it('what the candidate has failed is its own, whatever the primary says then', () => {
  const attempt = logged('candidate', { kind: 'attempt', evidence: null, status: 500 });
  for (const primary of [{}, { status: 500 }, { ...unanswered, ...flags('downstream_remote_reset') }]) {
    const request = logged('candidate', { version: 1, attempts: 2, ...primary });
    expect(judgeRequest(request, { candidate: 2 }, attempt, bounds)).toEqual({
      outcome: failed('5xx', 20),
      replaced: '5xx',
    });
  }
});

it('its failure counts where the log of it is missing', () => {
  const request = logged('candidate', { version: 1, attempts: 2, readMs: 10, sentMs: 310 });
  expect(judgeRequest(request, { candidate: 2 }, null, bounds)).toEqual({
    outcome: { failed: true, reason: undefined, latencyMs: 300 },
    replaced: null,
  });
});

it("limits of Envoy's own are nobody's failure, and are shown", () => {
  const attempt = logged('candidate', { kind: 'attempt', ...unanswered, ...flags('upstream_overflow') });
  const request = logged('candidate', { version: 1, attempts: 2 });
  expect(judgeRequest(request, { candidate: 2 }, attempt, bounds)).toEqual({
    outcome: null,
    replaced: 'over_limit',
  });
  // All its servers were out, so the first attempt was the primary's.
  const only = logged('candidate', { version: 1, attempts: 1 });
  expect(judgeRequest(only, { candidate: 2 }, null, bounds)).toEqual({
    outcome: null,
    replaced: 'unreachable',
  });
});

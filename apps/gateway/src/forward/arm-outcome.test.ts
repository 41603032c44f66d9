import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { armOutcome } from './arm-outcome.ts';
import { AnswerClock } from '../upstream/connection/answer-clock.ts';

const BOUNDS = { answerMs: 400, connectMs: 100 };
const MOST_BYTES = 1_000;

/** What a model server, and the gateway, do to one request. Milliseconds from when it was handed over. */
interface Course {
  readonly connect: number;
  readonly answer: number;
  /** When the answer is longer than is kept, no memory is left, or the caller does not read. */
  readonly limit: number | null;
  readonly how: 'size' | 'memory' | 'caller';
}
const play = ({ connect, answer, limit, how }: Course, until = Infinity): AnswerClock => {
  const clock = new AnswerClock(MOST_BYTES);
  clock.handed(0, connect === 0);
  clock.sent(connect);
  const at = connect + (limit ?? 0);
  if (limit !== null && at < until) {
    if (how === 'size') clock.took(at, MOST_BYTES + 1);
    if (how === 'memory') clock.limited(at);
    if (how === 'caller') clock.heldUp(at);
    if (how === 'caller') clock.goesOn(at + 5_000);
  }
  clock.ended(Math.min(until, connect + answer + (how === 'caller' && limit !== null ? 5_000 : 0)));
  return clock;
};
const outcome = (course: Partial<Course>, failed = false) =>
  armOutcome(
    play({ connect: 0, answer: 50, limit: null, how: 'size', ...course }),
    failed,
    BOUNDS,
    1_000_000,
  );

it.each([
  ['in time', outcome({}), { failed: false, latencyMs: 50 }],
  ['an error', outcome({}, true), { failed: true, latencyMs: 50 }],
  ['setting up a connection is no latency', outcome({ connect: 90 }), { failed: false, latencyMs: 50 }],
  ['too long to connect', outcome({ connect: 101 }), { failed: true, latencyMs: 400 }],
  ['no answer within t', outcome({ answer: 401 }), { failed: true, latencyMs: 400 }],
  ['more than we keep', outcome({ limit: 30 }), null],
  [
    'late before it is more than we keep',
    outcome({ answer: 900, limit: 401 }),
    { failed: true, latencyMs: 400 },
  ],
  ['a caller that holds it up', outcome({ limit: 30, how: 'caller' }), null],
  ['no memory', outcome({ limit: 30, how: 'memory' }), null],
  ['an error, after a limit of ours', outcome({ limit: 30, how: 'memory' }, true), null],
])('%s', (_what, got, wanted) => expect(got).toEqual(wanted));

it('a request that found no connection of ours is in no arm', () => {
  expect(armOutcome(new AnswerClock(MOST_BYTES), true, BOUNDS, 1_000)).toBeNull();
});

it('what the gateway gives up (a candidate) and what it waits for (the primary) count alike', () => {
  const course = fc.record({
    connect: fc.oneof(fc.constant(0), fc.nat(BOUNDS.connectMs)),
    answer: fc.nat(2_000),
    limit: fc.option(fc.nat(2_000)),
    how: fc.constantFrom<Course['how']>('size', 'memory', 'caller'),
  });
  fc.assert(
    fc.property(course, fc.boolean(), (one, error) => {
      const limit = one.limit !== null && one.limit < one.answer ? one.limit : null;
      const sane = { ...one, limit };
      const waited = armOutcome(play(sane), error, BOUNDS, 1_000_000);
      // Given up once it is late, or beyond what is kept.
      const late = one.connect + BOUNDS.answerMs + 0.5;
      const givenUpAt = limit === null ? late : Math.min(late, one.connect + limit + 0.25);
      const isGivenUp = one.answer + one.connect > givenUpAt;
      const givenUp = armOutcome(play(sane, givenUpAt), error || isGivenUp, BOUNDS, givenUpAt);
      expect(givenUp).toEqual(waited);
    }),
  );
});

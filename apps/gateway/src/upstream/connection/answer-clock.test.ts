import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnswerClock } from './answer-clock.ts';

const MOST_BYTES = 1_000;
const started = (at = 0): AnswerClock => {
  const clock = new AnswerClock(MOST_BYTES);
  clock.handed(at, true);
  return clock;
};

describe('the clock of an answer', () => {
  it('starts when the request is handed to an established connection', () => {
    const clock = new AnswerClock(MOST_BYTES);
    expect([clock.wasHanded, clock.answerMs(5), clock.connectMs(5)]).toEqual([false, 0, 0]);
    clock.handed(10, false);
    expect([clock.wasSent, clock.answerMs(300), clock.connectMs(300)]).toEqual([false, 0, 290]);
    clock.sent(310);
    clock.began(350);
    clock.ended(360);
    expect([clock.connectMs(999), clock.firstByteMs, clock.answerMs(999)]).toEqual([300, 40, 50]);
  });

  it('takes all connections that could not be set up as one wait', () => {
    const clock = new AnswerClock(MOST_BYTES);
    for (const at of [10, 2_010, 4_010]) clock.handed(at, false);
    expect([clock.wasSent, clock.connectMs(5_000)]).toEqual([false, 4_990]);
    clock.sent(4_020);
    clock.began(4_050);
    clock.ended(4_060);
    expect([clock.connectMs(9_999), clock.firstByteMs, clock.answerMs(9_999)]).toEqual([4_010, 30, 40]);
    const ready = new AnswerClock(MOST_BYTES);
    ready.handed(10, false);
    ready.handed(2_010, true);
    expect([ready.connectMs(9_999), ready.answerMs(2_020)]).toEqual([2_000, 10]);
  });

  it('goes on where a request that was sent is sent to another server', () => {
    for (const connected of [true, false]) {
      const clock = started(10);
      clock.handed(9_000, connected);
      if (!connected) clock.sent(9_020);
      clock.began(9_040);
      clock.ended(9_060);
      expect([clock.connectMs(9_999), clock.firstByteMs, clock.answerMs(9_999)]).toEqual([0, 9_030, 9_050]);
    }
  });

  it('starts again where its connection had been closed before it was sent', () => {
    const clock = started();
    clock.startsAgain();
    clock.handed(100, true);
    clock.began(120);
    clock.ended(130);
    expect([clock.connectMs(130), clock.firstByteMs, clock.answerMs(130)]).toEqual([0, 20, 30]);
  });

  it('a body that comes in slowly is sent with its last byte; not where it is answered before', () => {
    const slow = started();
    slow.sent(5_000);
    slow.began(5_010);
    slow.ended(5_020);
    expect(slow.answerMs(9_999)).toBe(20);
    const early = started();
    early.began(10);
    early.sent(5_000);
    early.ended(5_010);
    expect(early.answerMs(9_999)).toBe(5_010);
  });

  it('a 1xx is no first byte', () => {
    const clock = started();
    clock.began(1);
    clock.interim();
    clock.began(80);
    expect(clock.firstByteMs).toBe(80);
  });

  it('goes on until the answer has ended, and then no further', () => {
    const clock = started();
    expect([clock.answerMs(70), clock.answerMs(80)]).toEqual([70, 80]);
    clock.ended(90);
    clock.ended(200);
    expect([clock.answerMs(70), clock.answerMs(1_000)]).toEqual([70, 90]);
  });

  it('a limit of ours is reached by size, by memory, or by a caller that does not read', () => {
    const large = started();
    large.took(10, MOST_BYTES);
    expect(large.limitMs).toBeNull();
    large.took(20, 1);
    large.took(30, 1);
    const noRoom = started();
    noRoom.limited(20);
    const slow = started();
    slow.heldUp(20);
    expect([large.limitMs, noRoom.limitMs, slow.limitMs]).toEqual([20, 20, 20]);
    slow.goesOn(500);
    slow.ended(510);
    expect([slow.limitMs, slow.answerMs(999)]).toEqual([20, 30]);
  });

  it('a caller that is behind with the very last byte only holds nothing up', () => {
    const clock = started();
    clock.heldUp(50);
    clock.ended(50);
    expect([clock.limitMs, clock.answerMs(999)]).toEqual([null, 50]);
  });

  it('whatever a caller does, the time is that of the model server', () => {
    const pause = fc.record({ after: fc.nat(100), lasts: fc.integer({ min: 1, max: 1_000 }) });
    fc.assert(
      fc.property(fc.nat(1_000), fc.array(pause), fc.nat(100), (start, pauses, rest) => {
        const clock = started(start);
        let now = start;
        for (const { after, lasts } of pauses) {
          now += after;
          clock.heldUp(now);
          now += lasts;
          expect(clock.answerMs(now)).toBe(clock.answerMs(now - lasts));
          clock.goesOn(now);
        }
        clock.ended(now + rest);
        expect(clock.answerMs(Infinity)).toBe(pauses.reduce((sum, { after }) => sum + after, rest));
        expect(clock.limitMs).toBe(pauses[0]?.after ?? null);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { StreamPause } from './stream-pause.ts';

describe('the pause before the stream of routes is asked for again', () => {
  it('doubles up to a second, and begins anew with a connection', () => {
    const pause = new StreamPause(() => 0.5);
    expect([1, 2, 3, 4, 5].map(() => pause.next(false))).toEqual([200, 400, 800, 1_000, 1_000]);
    pause.connected();
    expect(pause.next(false)).toBe(200);
  });

  it('is short for a stream that lacked routes, and long only where the one before did too', () => {
    const pause = new StreamPause(() => 0.5);
    const ended = (missed: boolean): number => {
      pause.connected();
      return pause.next(missed);
    };
    expect([true, true, true, false, true].map(ended)).toEqual([200, 5_000, 5_000, 200, 200]);
  });

  it('is spread from half of it to one and a half', () => {
    expect(new StreamPause(() => 0).next(false)).toBe(100);
    expect(new StreamPause(() => 0.999).next(false)).toBeCloseTo(300, 0);
  });
});

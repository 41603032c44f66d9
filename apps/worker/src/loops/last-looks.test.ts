import { describe, expect, it } from '@jest/globals';
import { LastLooks } from './last-looks.ts';

describe('last looks', () => {
  it('leaves out a wake-up that was asked for before the last look, and only that', () => {
    const looks = new LastLooks();
    expect(looks.isSince('a', 1_000)).toBe(false);
    looks.note('a', 2_000);
    expect(looks.isSince('a', 1_000)).toBe(true);
    expect(looks.isSince('a', 2_000)).toBe(true);
    expect(looks.isSince('a', 2_001)).toBe(false);
    expect(looks.isSince('b', 1_000)).toBe(false);
  });

  it('forgets rather than grow without end', () => {
    const looks = new LastLooks();
    for (let i = 0; i <= 50_000; i++) looks.note(String(i), 1);
    expect(looks.isSince('0', 1)).toBe(false);
    expect(looks.isSince('50000', 1)).toBe(true);
  });
});

import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { sharedFigures } from './shared-figures.ts';

describe('figures that anybody may ask for', () => {
  it('are made twice, not a thousand times, for a thousand that ask at once; each is told of its time or later', async () => {
    let made = 0;
    let [asked, seen] = [0, 0];
    const release: (() => void)[] = [];
    const ask = sharedFigures(async () => {
      made++;
      seen = asked;
      await new Promise<void>((resolve) => release.push(resolve));
      return String(seen);
    });
    const answers: Promise<void>[] = [];
    for (let i = 1; i <= 1_000; i++) {
      asked = i;
      answers.push(ask().then((told) => expect(Number(told)).toBeGreaterThanOrEqual(i)));
      if (i === 500) await turn();
    }
    while (release.length < 1) await turn();
    release[0]?.();
    while (release.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    release[1]?.();
    await Promise.all(answers);
    expect(made).toBe(2);
  });

  it('that cannot be made are told to those who asked, and made again for the next', async () => {
    let fails = true;
    const ask = sharedFigures(() => (fails ? Promise.reject(new Error('no')) : Promise.resolve('figures')));
    await expect(ask()).rejects.toThrow('no');
    fails = false;
    await expect(ask()).resolves.toBe('figures');
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { Later } from './later.ts';

it('does all in their order, once each can be done, and says of what could not be done in its time that it was not', async () => {
  const later = new Later(100, 5);
  const said: string[] = [];
  let isAway = true;
  const act = (name: string) => () => {
    if (isAway) return Promise.reject(new Error('away'));
    said.push(name);
    return Promise.resolve();
  };
  const gaveUp = (name: string) => (error: unknown) => void said.push(`${name}: ${(error as Error).message}`);
  later.do(act('old'), performance.now() - 1_000, gaveUp('old'));
  later.do(act('a'), performance.now() + 10_000, gaveUp('a'));
  later.do(act('b'), performance.now() + 10_000, gaveUp('b'));
  while (said.length < 1) await sleep(5);
  isAway = false;
  while (said.length < 3) await sleep(5);
  later.do(act('c'), performance.now(), gaveUp('c'));
  while (said.length < 4) await sleep(5);
  expect(said).toEqual(['old: away', 'a', 'b', 'c']);
});

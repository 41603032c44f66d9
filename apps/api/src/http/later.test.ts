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

it('is bounded: in a long outage the oldest are given up, counted, and told of once', async () => {
  const later = new Later(10_000, 5, 100);
  let isAway = true;
  const done: number[] = [];
  const given: string[] = [];
  for (let i = 0; i < 250; i++) {
    later.do(
      () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(void done.push(i))),
      performance.now(),
      (error) => given.push(`${i}: ${(error as Error).message}`),
    );
    if (i % 50 === 0) await sleep(10);
  }
  expect([given.length, later.dropped]).toEqual([150, 150]);
  expect(given[149]).toBe('149: more than 100 things wait for the database; 150 were given up');
  isAway = false;
  while (done.length < 100) await sleep(5);
  expect(done).toEqual(Array.from({ length: 100 }, (_, i) => 150 + i));
  expect(given).toHaveLength(150);
});

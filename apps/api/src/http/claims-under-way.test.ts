import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { ClaimsUnderWay } from './claims-under-way.ts';

it('what is under way is renewed again and again, also after a failure; what has ended is not', async () => {
  const claim = (key: string) => ({ tokenId: 't', key, attempt: key });
  const [one, two] = [claim('one'), claim('two')];
  const renewed: string[] = [];
  const underWay = new ClaimsUnderWay((claims) => {
    renewed.push(claims.map(({ key }) => key).join(' '));
    return renewed.length === 1 ? Promise.reject(new Error('away')) : Promise.resolve();
  }, 2);
  const until = async (holds: () => boolean) => {
    while (!holds()) await sleep(1);
  };
  underWay.add(one);
  underWay.add(two);
  await until(() => renewed.length >= 3);
  underWay.remove(one);
  await until(() => renewed.at(-1) === 'two');
  underWay.remove(two);
  const { length } = renewed;
  await sleep(20);
  expect([new Set(renewed), renewed.length]).toEqual([new Set(['one two', 'two']), length]);
});

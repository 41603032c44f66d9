import { expect, it } from '@jest/globals';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { SharedOrOwn, Sharing } from './shared-or-own.ts';

const limited = (points: number): RateLimiterMemory => new RateLimiterMemory({ points, duration: 600 });

it('counts by itself while the shared counts fail, and says so once, and once that they work for a while', async () => {
  let [now, fails] = [0, false];
  const said: string[] = [];
  const shared = limited(5);
  const flaky = {
    consume: (key: string) =>
      fails ? Promise.reject(new Error('Redis connection is not ready')) : shared.consume(key),
  };
  const sharing = new Sharing(
    { lost: (error) => said.push((error as Error).message), back: () => said.push('back') },
    () => now,
  );
  const limit = new SharedOrOwn(flaky, limited(3), sharing);
  const passes = async (key: string): Promise<boolean> =>
    limit.consume(key).then(
      () => true,
      (error: unknown) => {
        expect(error).toBeInstanceOf(RateLimiterRes);
        return false;
      },
    );
  const several = async (count: number): Promise<number> => {
    let passed = 0;
    for (let i = 0; i < count; i++) if (await passes('a')) passed++;
    return passed;
  };
  expect([await several(4), said]).toEqual([4, []]);
  fails = true;
  expect([await several(5), said]).toEqual([3, ['Redis connection is not ready']]);
  // It comes and goes: nothing is said of that.
  fails = false;
  now = 9_999;
  expect([await several(3), said.length]).toEqual([1, 1]);
  fails = true;
  await several(1);
  fails = false;
  now = 19_000;
  await several(1);
  expect(said.length).toBe(1);
  now = 20_000;
  // One that is refused is an answer, too.
  expect([await several(1), said]).toEqual([0, ['Redis connection is not ready', 'back']]);
});

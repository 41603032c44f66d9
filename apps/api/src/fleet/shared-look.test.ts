import { expect, it } from '@jest/globals';
import { sharedLook } from './shared-look.ts';

/** Looks that are counted, with a clock of their own. */
function counted() {
  let [now, looks] = [0, 0];
  let end = (): void => undefined;
  const look = sharedLook(
    () => new Promise<number>((resolve) => (end = () => resolve(++looks))),
    () => now,
  );
  return { look, passes: (ms: number) => (now += ms), ends: () => end() };
}

it('looks once for all that ask meanwhile, and anew for the next', async () => {
  const { look, passes, ends } = counted();
  const asked = [look(), look()];
  passes(999);
  ends();
  expect(await Promise.all(asked)).toEqual([1, 1]);
  const next = look();
  ends();
  expect(await next).toBe(2);
});

it.each([
  [1_000, 4_000],
  [2_000, 8_000],
  [9_000, 10_000],
])('what takes %d ms serves for %d ms', async (takes, serves) => {
  const { look, passes, ends } = counted();
  const first = look();
  passes(takes);
  ends();
  await first;
  passes(serves - 1);
  expect(await look()).toBe(1);
  passes(1);
  const next = look();
  ends();
  expect(await next).toBe(2);
});

it('shares a failure with those that ask meanwhile, and looks again for the next', async () => {
  let looks = 0;
  const look = sharedLook(async () => {
    if (looks++ === 0) throw new Error('the database is away');
    return looks;
  });
  const both = await Promise.allSettled([look(), look()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await look()).toBe(2);
});

import { expect, it } from '@jest/globals';
import { SilenceWatch, type Watched } from './silence-watch.ts';

interface Line extends Watched {
  owed: boolean;
  bytes: number;
  ended: boolean;
}
function line(pid: number | null): Line {
  const one: Line = {
    ...{ of: {}, pid, owed: true, bytes: 0, ended: false },
    owes: () => one.owed,
    heard: () => one.bytes,
    end: () => void (one.ended = true),
  };
  return one;
}

/** Looks every half a second for `seconds`, and says who was ended. */
async function watched(
  lines: readonly Line[],
  ask: (pids: readonly number[]) => Promise<ReadonlySet<number>>,
  { seconds = 4, between = (_ms: number): void => undefined } = {},
): Promise<{ ended: boolean[]; dead: number }> {
  let [now, dead] = [0, 0];
  const watch = new SilenceWatch(
    // As the pool gives them: other objects each time.
    () => lines.map((one) => ({ ...one })),
    ask,
    () => dead++,
    () => now,
  );
  for (; now <= seconds * 1_000; now += 500) {
    between(now);
    await watch.look();
  }
  return { ended: lines.map(({ ended }) => ended), dead };
}
const works = (...pids: number[]) => Promise.resolve(new Set(pids));

it('ends a connection whose backend has nothing to do, or is none, and leaves one that works', async () => {
  const asked: (readonly number[])[] = [];
  const ask = (pids: readonly number[]) => (asked.push(pids), works(2));
  const { ended, dead } = await watched([line(1), line(2), line(null)], ask, { seconds: 3 });
  expect([ended, dead]).toEqual([[true, false, true], 1]);
  expect(asked).toEqual([[1, 2]]);
});

it('one that is set up slowly, and was greeted, is left alone', async () => {
  const one = line(null);
  one.bytes = 9;
  expect((await watched([one], () => works())).ended).toEqual([false]);
});

it('nobody answers: nothing is known, and nothing ended', async () => {
  const { ended } = await watched([line(1), line(null)], () => Promise.reject(new Error('away')));
  expect(ended).toEqual([false, false]);
});

it.each<[string, (one: Line, ms: number) => void]>([
  ['a word comes now and then', (one, ms) => ms % 1_500 === 0 && one.bytes++],
  ['nothing is owed', (one) => void (one.owed = false)],
  ['each answer comes before three seconds are over', (one, ms) => void (one.owed = ms % 1_500 !== 0)],
])('%s: not even asked about', async (_what, between) => {
  const one = line(1);
  const { ended } = await watched([one], () => Promise.reject(new Error('asked')), {
    between: (ms) => between(one, ms),
  });
  expect(ended).toEqual([false]);
});

it('the answer comes while somebody is asked: left alone', async () => {
  const one = line(1);
  const { ended } = await watched([one], () => ((one.bytes += 100), works()), { seconds: 3 });
  expect(ended).toEqual([false]);
});

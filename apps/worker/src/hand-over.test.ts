import { describe, expect, it } from '@jest/globals';
import { DirectWork } from './direct-work.ts';
import { HandOver } from './hand-over.ts';

/** A queue that answers as it is told to, and what was done without it. */
function parts(wake: (ids: readonly string[]) => Promise<void>) {
  const seen = { queued: [] as string[], direct: [] as string[], errors: [] as string[] };
  const clock = { now: 0 };
  const handOver = new HandOver(
    { wake: (ids) => (seen.queued.push(...ids), wake(ids)) },
    { take: (ids) => seen.direct.push(...ids) },
    (error) => void seen.errors.push((error as Error).message),
    undefined,
    () => clock.now,
    5,
  );
  return { seen, clock, handOver };
}

describe('handing over to a queue', () => {
  it('that takes it does nothing itself', async () => {
    const { seen, handOver } = parts(() => Promise.resolve());
    await handOver.give(['a', 'b'], 1_000);
    expect(seen).toEqual({ queued: ['a', 'b'], direct: [], errors: [] });
  });

  it.each<[what: string, wake: () => Promise<void>, why: RegExp]>([
    ['refuses', () => Promise.reject(new Error('READONLY')), /READONLY/],
    ['never answers', () => new Promise(() => undefined), /the queue takes nothing/],
  ])('that %s: the work is done here, and the queue left alone for a while', async (_what, wake, why) => {
    const { seen, clock, handOver } = parts(wake);
    await handOver.give(['a'], 1_000);
    await handOver.give(['b'], 1_001);
    expect(seen.direct).toEqual(['a', 'b']);
    expect(seen.queued).toEqual(['a']);
    expect(seen.errors).toEqual([expect.stringMatching(why)]);
    clock.now = 5_000;
    await handOver.give(['c'], 6_000);
    expect(seen.queued).toEqual(['a', 'c']);
  });

  it('that takes it and never brings it: it is done here when it is due again', async () => {
    const { seen, handOver } = parts(() => Promise.resolve());
    await handOver.give(['lost'], 1_000);
    await handOver.give(['lost', 'later'], 3_000);
    expect(seen.direct).toEqual([]);
    await handOver.give(['lost', 'later'], 6_000);
    expect(seen.direct).toEqual(['lost']);
    expect(seen.queued).toEqual(['lost', 'lost', 'later', 'later']);
  });

  it('and brings something else: another worker may be at it, and it is given to the queue again', async () => {
    const { seen, handOver } = parts(() => Promise.resolve());
    await handOver.give(['elsewhere', 'brought'], 1_000);
    handOver.brought('brought');
    await handOver.give(['elsewhere'], 6_000);
    expect(seen.direct).toEqual([]);
    expect(seen.queued).toEqual(['elsewhere', 'brought', 'elsewhere']);
    await handOver.give(['elsewhere'], 11_000); // nothing was brought since it was given again
    expect(seen.direct).toEqual(['elsewhere']);
  });
});

it('what another worker was brought long ago is due anew, and no sign that the queue is away', async () => {
  const { seen, handOver } = parts(() => Promise.resolve());
  await handOver.give(['elsewhere'], 1_000);
  await handOver.give(['elsewhere'], 20_000);
  expect(seen).toEqual({ queued: ['elsewhere', 'elsewhere'], direct: [], errors: [] });
  await handOver.give(['elsewhere'], 25_000);
  expect(seen.direct).toEqual(['elsewhere']);
});

describe('direct work', () => {
  it('does each rollout once at a time, a few at once, hears of failures, and ends with what it has begun', async () => {
    const [begun, errors, ends]: [string[], unknown[], (() => void)[]] = [[], [], []];
    const work = new DirectWork(
      async (id) => {
        begun.push(id);
        await new Promise<void>((resolve) => ends.push(resolve));
        if (id === 'a') throw new Error('a fails');
      },
      (error) => errors.push((error as Error).message),
      2,
    );
    expect(work.take(['a', 'b', 'c', 'a'], 1)).toBe(3);
    expect(work.take(['b', 'c'], 2)).toBe(0);
    expect(begun).toEqual(['a', 'b']);
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect([begun, errors]).toEqual([['a', 'b', 'c'], ['a fails']]);
    work.take(['d'], 3);
    const stopped = work.stop();
    for (const end of ends) end();
    await stopped;
    expect(begun).toEqual(['a', 'b', 'c']);
    expect(work.take(['e'], 4)).toBe(0);
  });
});

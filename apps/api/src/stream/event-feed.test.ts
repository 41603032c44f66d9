import { afterEach, expect, it } from '@jest/globals';
import type { EventRecord } from '#libs/engine';
import { EventFeed } from './event-feed.ts';

/** A database whose clock and events the test makes; `slow` ms pass before it is asked. */
function database(slow: number) {
  const events: { at: number; sequence: number }[] = [];
  let now = 1_000_000;
  const stores = {
    now: async () => now,
    events: {
      heads: async () => [{ modelId: 'm', sequence: events.length }],
      since: async (at: number) => ({
        now,
        events: events
          .filter((event) => event.at >= at)
          .map((event) => ({
            modelId: 'm',
            event: {
              ...event,
              type: 'model.created',
              model: `at ${event.at}`,
              rolloutId: null,
              data: {},
              actor: 'a',
            } as unknown as EventRecord,
          })),
      }),
    },
  };
  return {
    /** @param begunBefore how long before its commit its transaction began, in ms */
    commit: (begunBefore = 0) => {
      now += 1;
      const at = now - begunBefore;
      events.push({ at, sequence: events.length + 1 });
      return `at ${at}`;
    },
    pass: (ms: number) => (now += ms),
    uow: {
      read: async (work: (all: typeof stores) => Promise<unknown>) => {
        await new Promise((resolve) => setTimeout(resolve, slow));
        return work(stores);
      },
    },
  };
}
let feed: EventFeed;
const until = async (to: readonly unknown[], many: number): Promise<void> => {
  while (to.length < many) await new Promise((resolve) => setTimeout(resolve, 20));
};
afterEach(() => feed.onModuleDestroy());

it.each([0, 300])(
  'tells whatever is committed after it has begun (a database that takes %d ms)',
  async (slow) => {
    const { commit, pass, uow } = database(slow);
    feed = new EventFeed(uow as never, { warn: () => undefined } as never);
    commit();
    pass(2_000);
    commit(1_500);
    const told: (string | null)[] = [];
    await feed.watch(({ model }) => told.push(model));
    const after = [commit(), commit(1_000), commit()];
    while (told.length < after.length) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told.sort()).toEqual(after.sort());
  },
);

it('tells each once, and none of before, when the clock is set back', async () => {
  const { commit, pass, uow } = database(0);
  feed = new EventFeed(uow as never, { warn: () => undefined } as never);
  // Of an hour ago: it is within what is looked through once the clock is an hour behind.
  commit();
  pass(3_600_000);
  const seen: (string | null)[] = [];
  await feed.watch(({ model }) => seen.push(model));
  const after = [commit()];
  await until(seen, 1);
  pass(60_000);
  after.push(commit());
  await until(seen, 2);
  pass(-3_700_000);
  after.push(commit(), commit());
  await until(seen, 4);
  after.push(commit());
  await until(seen, 5);
  expect(seen).toEqual(after);
});

it('says so when the database cannot be asked, and begins when it can', async () => {
  const { commit, uow } = database(0);
  let isAway = true;
  const read = uow.read;
  uow.read = async (work) => {
    if (isAway) throw new Error('away');
    return read(work);
  };
  feed = new EventFeed(uow as never, { warn: () => undefined } as never);
  const told: (string | null)[] = [];
  await expect(feed.watch(() => undefined)).rejects.toThrow('away');
  isAway = false;
  await feed.watch(({ model }) => told.push(model));
  const after = commit();
  while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told).toEqual([after]);
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeliveryPorts, DueDelivery, Rooms } from '#libs/engine';
import { roomsOf, startTelling } from './tell-loop.ts';

const times = (n: number, subscriptionId: string, since: number) =>
  Array.from({ length: n }, () => ({ subscriptionId, since }));

describe('how many more a subscriber is given', () => {
  const now = 10_000;
  const outstanding = (counts: Record<string, number>, since = now) =>
    Object.entries(counts).flatMap(([id, n]) => times(n, id, since));

  it('is its share of the free places, and none while it is slow', () => {
    expect(roomsOf([], now)).toEqual({ each: 16, of: new Map() });
    const few = roomsOf(outstanding({ quick: 15, many: 16 }), now);
    expect([few.each, few.of.get('quick'), few.of.get('many')]).toEqual([16, 1, 0]);
    const slow = roomsOf([...times(1, 'quick', 9_000), ...times(1, 'slow', 8_999)], now);
    expect([slow.of.get('quick'), slow.of.get('slow')]).toEqual([15, 0]);
    // Half is taken: an eighth of the other half. All is: one, for whoever has none.
    expect(roomsOf(times(160, 'many', now), now).each).toBe(12);
    expect(roomsOf(times(256, 'many', now), now).each).toBe(1);
  });

  it('leaves places free however many hang, and the first one of each always goes out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 32 }), (hanging, most) => {
        const counts: Record<string, number> = Object.fromEntries(
          Array.from({ length: hanging }, (_v, i) => [`h${i}`, 0]),
        );
        let [sum, taken] = [0, 1];
        while (taken > 0) {
          const rooms = roomsOf(outstanding(counts), now);
          taken = 0;
          for (const id of Object.keys(counts)) {
            const room = Math.min(most - taken, rooms.of.get(id) ?? rooms.each);
            counts[id] = (counts[id] ?? 0) + room;
            taken += room;
          }
          sum += taken;
        }
        expect(Object.values(counts).every((n) => n >= 1 && n <= 16)).toBe(true);
        expect(sum).toBeLessThanOrEqual(256 + hanging);
        if (hanging <= 16) expect(sum).toBeLessThan(256);
      }),
    );
  });
});

/** Deliveries, one a model: those that hang never answer while the test lasts, and all of their deliveries are due first. */
function telling(hanging: number, many: number) {
  const waiting = [
    ...Array.from({ length: many }, (_, i) => ({ id: `hangs-${i}`, to: `hangs ${i % hanging}` })),
    { id: 'alarm', to: 'answers' },
  ];
  let end = (): void => undefined;
  const held = new Promise<void>((resolve) => (end = resolve));
  const posted: string[] = [];
  const stores = {
    now: async () => 0,
    subscriptions: {
      claimDue: async (_now: number, { most, rooms }: { most: number; rooms: Rooms }) => {
        const left = new Map(rooms.of);
        const due = waiting.filter(({ to }) => {
          const room = left.get(to) ?? rooms.each;
          left.set(to, room - 1);
          return room > 0;
        });
        due.splice(most);
        for (const one of due) waiting.splice(waiting.indexOf(one), 1);
        return due.map(({ id, to }) => delivery(id, to));
      },
      settle: async () => undefined,
    },
  };
  const work = async <T>(of: (here: never) => Promise<T>): Promise<T> => of(stores as never);
  const ports = {
    uow: { run: work, read: work },
    sender: {
      post: async (url: string) => {
        posted.push(url);
        if (url.startsWith('hangs')) await held;
        return { status: 200, retryAfterMs: null };
      },
    },
    publicUrl: null,
  } as unknown as DeliveryPorts;
  return { ports, posted, end: () => end() };
}
const delivery = (id: string, to: string): DueDelivery =>
  ({
    ...{ id, modelId: 'm', attempts: 1, firstTriedAt: 0 },
    subscription: { id: to, url: to, name: to, format: 'slack' },
    event: { type: 'rollout.rolled_back', model: 'm', data: {}, at: 0, actor: 'engine', sequence: 1 },
  }) as unknown as DueDelivery;

it.each([1, 8, 20, 300])(
  '%d subscribers that hang do not fill all places, however many models have news for them',
  async (hanging) => {
    const { ports, posted, end } = telling(hanging, 1_200);
    const errors: unknown[] = [];
    const loop = startTelling(ports, (error) => errors.push(error));
    for (let i = 0; i < 1_000 && !posted.includes('answers'); i++)
      await new Promise((resolve) => setTimeout(resolve, 1));
    expect({ errors, isTold: posted.includes('answers') }).toEqual({ errors: [], isTold: true });
    for (let i = 0; i < hanging; i++)
      expect(posted.filter((url) => url === `hangs ${i}`).length).toBeLessThanOrEqual(16);
    const ended = loop.stop();
    end();
    await ended;
  },
);

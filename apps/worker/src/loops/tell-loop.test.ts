import { expect, it } from '@jest/globals';
import type { DeliveryPorts, DueDelivery } from '#libs/engine';
import { busySubscribers, startTelling } from './tell-loop.ts';

const times = (n: number, subscriptionId: string, since: number) =>
  Array.from({ length: n }, () => ({ subscriptionId, since }));

it('gives nothing more to who is slow, or has many answers outstanding', () => {
  const now = 10_000;
  expect(busySubscribers([], now)).toEqual([]);
  expect(busySubscribers([...times(15, 'quick', now), ...times(16, 'many', now)], now)).toEqual(['many']);
  expect(busySubscribers([...times(1, 'quick', 9_000), ...times(1, 'slow', 8_999)], now)).toEqual(['slow']);
});

/** Deliveries of two subscriptions, one a model: `hangs` never answers while the test lasts, and all of its deliveries are due first. */
function telling(many: number) {
  const waiting = [
    ...Array.from({ length: many }, (_, i) => ({ id: `hangs-${i}`, to: 'hangs' })),
    { id: 'alarm', to: 'answers' },
  ];
  let end = (): void => undefined;
  const hanging = new Promise<void>((resolve) => (end = resolve));
  const posted: string[] = [];
  const stores = {
    now: async () => 0,
    subscriptions: {
      claimDue: async (_now: number, { most, without }: { most: number; without: readonly string[] }) => {
        const due = waiting.filter(({ to }) => !without.includes(to)).slice(0, most);
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
        if (url === 'hangs') await hanging;
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

it('one subscriber that hangs does not fill all places, however many models have news for it', async () => {
  const { ports, posted, end } = telling(600);
  const errors: unknown[] = [];
  const loop = startTelling(ports, (error) => errors.push(error));
  for (let i = 0; i < 200 && !posted.includes('answers'); i++)
    await new Promise((resolve) => setTimeout(resolve, 1));
  expect({ errors, isTold: posted.includes('answers') }).toEqual({ errors: [], isTold: true });
  expect(posted.filter((url) => url === 'hangs').length).toBeLessThan(64);
  const ended = loop.stop();
  end();
  await ended;
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type DeliveryPorts, subscribe } from '#libs/engine';
import { register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { startTelling } from '../../apps/worker/src/loops/tell-loop.ts';

/*
 * Subscribers that take a connection and say nothing, on PostgreSQL: each has news of many models outstanding, all due before an alarm to one that
 * answers. It goes out at once all the same.
 */
const HANGING = 20;
const MODELS = 24;

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());

const added = (name: string, events: readonly string[]) =>
  db.uow.run((stores) =>
    subscribe(
      stores,
      {
        ...{ name, url: `https://${name}.example/`, events, models: null, format: 'cloudevents' as const },
        secret: `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`,
      },
      'admin',
    ),
  );

it('a pause begins with the answer', async () => {
  await added('is-slow', ['version.registered']);
  await register(db.uow, 'slow');
  let answeredAt = 0;
  const post = async () => {
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    answeredAt = Date.now();
    return { status: 503, retryAfterMs: null };
  };
  const loop = startTelling({ uow: db.uow, publicUrl: null, sender: { post } }, () => undefined);
  try {
    const next = async () =>
      (
        await db.query<{ at: string }>(
          `SELECT extract(epoch FROM next_at) * 1000 AS at FROM outgoing WHERE last_status = 503`,
        )
      )[0]?.at;
    for (let i = 0; i < 1_000 && (await next()) === undefined; i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    // 5 s, less a tenth at most.
    expect(Number(await next())).toBeGreaterThan(answeredAt + 4_400);
  } finally {
    await loop.stop();
  }
  await db.query(`DELETE FROM subscription`);
}, 60_000);

it('an alarm goes out beside twenty subscribers that hang', async () => {
  for (let i = 0; i < HANGING; i++) await added(`hangs-${i}`, ['version.*']);
  await added('answers', ['rollout.paused']);
  for (let i = 0; i < MODELS; i++) await register(db.uow, `m${i}`);
  await db.uow.run(async (stores) => {
    const model = await stores.models.find('m0');
    await stores.events.append({
      ...{ modelId: model?.id ?? '', rolloutId: null, type: 'rollout.paused', actor: 'user:anna' },
      data: { version: 1 },
    });
  });
  let end = (): void => undefined;
  const held = new Promise<void>((resolve) => (end = resolve));
  const posted: string[] = [];
  const ports: DeliveryPorts = {
    uow: db.uow,
    publicUrl: null,
    sender: {
      post: async (url) => {
        posted.push(new URL(url).hostname);
        if (!url.includes('answers')) await held;
        return { status: 204, retryAfterMs: null };
      },
    },
  };
  const loop = startTelling(ports, () => undefined);
  try {
    for (let i = 0; i < 1_000 && !posted.includes('answers.example'); i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const to = new Map<string, number>();
    for (const host of posted) to.set(host, (to.get(host) ?? 0) + 1);
    expect(to.get('answers.example')).toBe(1);
    expect(Math.max(...to.values())).toBeLessThanOrEqual(16);
    expect(to.size).toBe(HANGING + 1);
  } finally {
    const ended = loop.stop();
    end();
    await ended;
  }
}, 60_000);

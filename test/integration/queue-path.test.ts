import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import { assertRedisKeepsJobs, openRolloutQueue, openRolloutWorker, type QueuePlace } from '#libs/queue';
import { freshDatabase, type FreshDatabase } from '../support/databases/database.ts';
import { startFaultyRelay } from '../support/databases/faulty-relay.ts';
import { eventually, startInstallation } from '../support/installation.ts';
import { redisIsAvailable, startRedis, type TestRedis } from '../support/databases/redis.ts';
import { json, startModelServer } from '../support/model-servers/model-server.ts';

const fail = (error: Error): void => {
  if (!/ended on purpose|Invalid input|invalid/i.test(error.message)) throw error;
};

/** The same suite on both backends of the queue. */
describe.each(['PostgreSQL', 'Redis'] as const)('the queue on %s', (backend) => {
  const on = backend === 'Redis' && !redisIsAvailable ? it.skip : it;
  let redis: TestRedis | null = null;
  let database: FreshDatabase;
  let place: QueuePlace;
  beforeAll(async () => {
    database = await freshDatabase();
    if (backend === 'Redis' && redisIsAvailable) redis = await startRedis();
    place = { redisUrl: redis?.url ?? null, databaseUrl: database.url };
  });
  afterAll(async () => {
    await redis?.stop();
    await database.drop();
  });

  on(
    'hands every wake-up to a worker, asking twice for the same look is asking once, and a later one counts again',
    async () => {
      const seen: string[] = [];
      const queue = openRolloutQueue(place, fail);
      const worker = openRolloutWorker(place, async (id) => void seen.push(id), fail);
      const ids = Array.from({ length: 50 }, () => randomUUID());
      const now = Date.now();
      await queue.wake(ids, now);
      await queue.wake(ids, now);
      await eventually(
        async () => new Set(seen).size,
        (n) => n === ids.length,
      );
      expect([...seen].sort()).toEqual([...ids].sort());
      // Even within the same second: the first job is done and gone, but not forgotten.
      await queue.wake(ids, now + 1);
      await eventually(
        async () => seen.length,
        (n) => n === 2 * ids.length,
      );
      await worker.close();
      await queue.close();
    },
  );

  on('goes on after a job that fails', async () => {
    const seen: string[] = [];
    const bad = randomUUID();
    const good = randomUUID();
    const queue = openRolloutQueue(place, fail);
    const worker = openRolloutWorker(
      place,
      async (id) => {
        seen.push(id);
        if (id === bad) throw new Error('ended on purpose');
      },
      fail,
    );
    await queue.wake([bad], 1_000);
    await queue.wake([good], 1_000);
    await eventually(
      async () => seen,
      (s) => s.includes(good) && s.includes(bad),
    );
    await queue.wake([bad], 2_000);
    await eventually(
      async () => seen.filter((id) => id === bad).length,
      (n) => n === 2,
    );
    await worker.close();
    await queue.close();
  });

  on(
    'releases a version end to end; losing every job in the middle delays it and loses nothing',
    async () => {
      const site = await startInstallation(redis ? { REDIS_URL: redis.url } : {});
      const one = await startModelServer((_request, _body, response) => json(response, { v: 1 }));
      const two = await startModelServer((_request, _body, response) => json(response, { v: 1 }));
      try {
        const register = async (servingUrl: string) =>
          (
            await site.api.call('POST', '/models/q/versions', {
              servingUrl,
              createModel: true,
              rollout: { policy: POLICY },
            })
          ).body['rollout'].id;
        const state = async (id: string) => (await site.api.call('GET', `/rollouts/${id}`)).body['state'];
        const first = await register(one.url);
        await eventually(
          () => state(first),
          (s) => s === 'succeeded',
        );
        const second = await register(two.url);
        await loseEveryJob(redis, site.api.databaseUrl);
        const url = `${site.gatewayUrl}/models/q/predict`;
        const timer = setInterval(
          () =>
            void fetch(url, { method: 'POST', body: '{}' }).then(
              (r) => r.arrayBuffer(),
              () => undefined,
            ),
          10,
        );
        await eventually(
          () => state(second),
          (s) => s === 'running',
        );
        await loseEveryJob(redis, site.api.databaseUrl);
        await eventually(
          () => state(second),
          (s) => s === 'succeeded',
        );
        clearInterval(timer);
      } finally {
        await site.close();
        await one.stop();
        await two.stop();
      }
    },
    90_000,
  );
});

const POLICY = {
  name: 'quick',
  steps: [
    { shadow: { minRequests: 50, maxDuration: '1m' } },
    { canary: { weight: '50%', minRequests: 100, maxDuration: '1m' } },
  ],
  gates: [
    { metric: 'agreement', min: 0.5 },
    { metric: 'error_rate', maxIncrease: 0.3 },
  ],
};

async function loseEveryJob(redis: TestRedis | null, databaseUrl: string): Promise<void> {
  if (redis) {
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
    return;
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{
    name: string;
  }>(`SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND c.relname LIKE '%job%' AND n.nspname NOT IN ('pg_catalog', 'information_schema')`);
  expect(rows.length).toBeGreaterThan(0);
  for (const { name } of rows) await client.query(`DELETE FROM ${name}`);
  await client.end();
}

describe('Redis at boot', () => {
  const on = redisIsAvailable ? it : it.skip;

  on.each<[what: string, options: readonly string[], code: string, mend: string]>([
    ['may throw jobs away', ['--maxmemory-policy', 'allkeys-lru'], 'redis_evicts', 'noeviction'],
    ['is a cluster', ['--cluster-enabled', 'yes'], 'redis_cluster', 'is no cluster'],
    ['is a replica', ['--replicaof', '127.0.0.1', '1'], 'redis_replica', 'Name its primary (127.0.0.1:1)'],
    [
      'has no scripts',
      ['--rename-command', 'EVAL', ''],
      'redis_without_scripts',
      'Name a Redis that has EVAL',
    ],
    ['is full', ['--maxmemory', '1'], 'redis_full', 'Give it more memory'],
  ])('is refused when it %s', async (_what, options, code, mend) => {
    const redis = await startRedis(options);
    await expect(assertRedisKeepsJobs(redis.url)).rejects.toMatchObject({
      code,
      detail: expect.stringContaining(mend),
    });
    await redis.stop();
  });
  on('is taken when nothing is wrong with it, and left as it was', async () => {
    const redis = await startRedis(['--appendonly', 'no']);
    await expect(assertRedisKeepsJobs(redis.url)).resolves.toBeUndefined();
    await redis.stop();
  });
  it('that does not answer is one clear error', async () => {
    await expect(assertRedisKeepsJobs('redis://127.0.0.1:1')).rejects.toMatchObject({
      code: 'redis_unreachable',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });
  it('that accepts and says nothing is one clear error, too', async () => {
    const proxy = await startFaultyRelay(1);
    proxy.greetBy('silence');
    await expect(assertRedisKeepsJobs(`redis://127.0.0.1:${proxy.port}`)).rejects.toMatchObject({
      code: 'redis_unreachable',
    });
    await proxy.close();
  });
});

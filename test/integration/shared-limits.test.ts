import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../support/api.ts';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';
import { eventually } from '../support/installation.ts';
import { startProcess, type TestProcess } from '../support/processes.ts';
import { redisIsAvailable, startRedis, type TestRedis } from '../support/databases/redis.ts';

const withRedis = redisIsAvailable ? describe : describe.skip;
/** In a window of ten seconds. */
const LIMIT = 30;

withRedis('two api processes on one Redis', () => {
  let redis: TestRedis;
  let first: TestApi;
  let second: TestProcess;
  let relay: FaultyRelay;

  beforeAll(async () => {
    redis = await startRedis();
    relay = await startFaultyRelay(Number(new URL(redis.url).port));
    const env = { RATE_LIMIT: String(LIMIT * 6), REDIS_URL: `redis://127.0.0.1:${relay.port}` };
    first = await startApi(env);
    second = await startProcess('apps/api/src/main.js', {
      ...{ API_PORT: '0', DATABASE_URL: first.databaseUrl },
      ...env,
    });
  }, 180_000);
  afterAll(async () => {
    await second.kill('SIGTERM');
    await first.close();
    await relay.close();
    await redis.stop();
  }, 60_000);

  /** How many of 25 requests to each of both are answered, all at once, so that they are in one window. */
  const answered = async (token: string): Promise<number> => {
    const urls = [first.url, `http://127.0.0.1:${second.port}`];
    const asked = Array.from({ length: 50 }, (_, n) =>
      fetch(`${urls[n % 2]}/api/v1/models`, { headers: { authorization: `Bearer ${token}` } }),
    );
    const all = await Promise.all(asked);
    for (const one of all.filter(({ status }) => status !== 200)) {
      expect(one.status).toBe(429);
      expect(Number(one.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    return all.filter(({ status }) => status === 200).length;
  };
  /** Of a token that has not called yet. On a slow machine one answer of Redis may be late: then a process has counted by itself. */
  const finds = (count: number): Promise<number> =>
    eventually(
      async () => answered(await first.token('read')),
      (found) => found === count,
      120_000,
    );
  const said = (): number => (second.output().match(/rate limits are of each api process/g) ?? []).length;

  it('have one limit for each caller; while Redis is silent or away each has its own, which is said once', async () => {
    await finds(LIMIT);
    const before = said();
    relay.stall(true);
    // Of 25 each: nobody waits for Redis, and nobody is refused that its own process has not counted.
    await finds(50);
    await finds(50);
    expect(said() - before).toBeLessThanOrEqual(1);
    relay.stall(false);
    await finds(LIMIT);
    relay.greetBy('refusal');
    relay.cut();
    await finds(50);
    expect(said()).toBeGreaterThanOrEqual(1);
    relay.greetBy('server');
    await finds(LIMIT);
  }, 300_000);
});

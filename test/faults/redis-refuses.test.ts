import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { redisIsAvailable, startRedis, type TestRedis } from '../support/databases/redis.ts';

const LONG_MS = 60_000;
const POLICY = {
  name: 'refuses',
  steps: [{ canary: { weight: '50%', minRequests: 100_000, maxDuration: '10m' } }],
  gates: [{ metric: 'schema_violations', maxIncrease: 0.1 }],
};
const OUTPUT_SPEC = { kind: 'label', path: '$.y' };
/** Loading takes 20 ms a key, and others are heard, and refused, between two keys. */
const OPTIONS = [
  '--enable-debug-command',
  'yes',
  '--enable-protected-configs',
  'yes',
  '--loading-process-events-interval-bytes',
  '1024',
];
const KEYS = 400;
const KEY_DELAY_US = 20_000;

interface Site {
  readonly relay: FaultyRelay;
  /** Asks Redis itself, past the relay. */
  readonly redis: Redis;
  readonly nextPort: number;
}
/** How Redis refuses what it is asked on a connection that is open; `sign`: what it says then. */
interface Refusal {
  readonly sign: RegExp | null;
  readonly begin: (site: Site) => unknown;
  readonly end: (site: Site) => unknown;
}
const REFUSALS: Readonly<Record<string, Refusal>> = {
  'holds back what comes, either way': {
    sign: null,
    begin: ({ relay }) => relay.stall(true),
    end: ({ relay }) => relay.stall(false),
  },
  'has no memory left (-OOM)': {
    sign: /OOM/,
    begin: ({ redis }) => redis.config('SET', 'maxmemory', '1'),
    end: ({ redis }) => redis.config('SET', 'maxmemory', '0'),
  },
  'cannot save to its disk (-MISCONF)': {
    sign: /MISCONF/,
    begin: async ({ redis }) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'understudy-gone-'));
      await redis.config('SET', 'save', '3600 1');
      await redis.config('SET', 'dir', folder);
      rmSync(folder, { recursive: true });
      await redis.bgsave();
    },
    end: async ({ redis }) => {
      await redis.config('SET', 'dir', tmpdir());
      await redis.config('SET', 'dbfilename', `understudy-${process.pid}.rdb`);
      await redis.config('SET', 'save', '');
    },
  },
  'loads its data set (-LOADING)': {
    sign: /LOADING/,
    begin: async ({ redis }) => {
      const fill = `for i = 1, ${KEYS} do redis.call('SET', 'ballast' .. i, string.rep(tostring(i), 2000)) end`;
      await redis.eval(fill, 0);
      await redis.config('SET', 'rdbcompression', 'no');
      await redis.config('SET', 'key-load-delay', String(KEY_DELAY_US));
      void redis.call('DEBUG', 'RELOAD').catch(() => undefined);
      await sleep(500);
    },
    end: async ({ redis }) => {
      await redis.config('SET', 'key-load-delay', '0');
    },
  },
  'became a replica that has lost its primary (-MASTERDOWN), and new connections lead to another one': {
    sign: /MASTERDOWN/,
    begin: async ({ redis, relay, nextPort }) => {
      await redis.config('SET', 'replica-serve-stale-data', 'no');
      await redis.replicaof('127.0.0.1', 1);
      relay.leadTo(nextPort);
    },
    end: () => undefined,
  },
};

const describeOn = redisIsAvailable ? describe : describe.skip;
describeOn('Redis', () => {
  let servers: TestRedis[];
  let relay: FaultyRelay;
  let redis: Redis;
  let site: Installation;
  const models: TestModelServer[] = [];
  const portOf = (n: number): number => Number(new URL(servers[n]?.url ?? '').port);
  beforeAll(async () => {
    servers = [await startRedis(OPTIONS), await startRedis(OPTIONS)];
    relay = await startFaultyRelay(portOf(0));
    redis = new Redis(portOf(0), { maxLoadingRetryTime: 500 });
    redis.on('error', () => undefined);
    site = await startInstallation({ REDIS_URL: `redis://127.0.0.1:${relay.port}` });
    for (const answer of [{ y: 1 }, { unreadable: 1 }])
      models.push(await startModelServer((_request, _body, response) => json(response, answer)));
  }, LONG_MS);
  afterAll(async () => {
    relay.stall(false);
    await site.close();
    redis.disconnect();
    await relay.close();
    for (const server of [...models, ...servers]) await server.stop();
    rmSync(path.join(tmpdir(), `understudy-${process.pid}.rdb`), { force: true });
  }, LONG_MS);

  const register = async (model: string, server: TestModelServer | undefined, rollout: unknown) => {
    const answer = await site.api.call('POST', `/models/${model}/versions`, {
      ...{ servingUrl: server?.url, createModel: true, outputSpec: OUTPUT_SPEC, rollout },
    });
    return answer.body['rollout'].id as string;
  };
  const rolloutIs = (id: string, holds: (rollout: Record<string, unknown>) => boolean) =>
    eventually(async () => (await site.api.call('GET', `/rollouts/${id}`)).body, holds, LONG_MS);
  const brought = async (): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${site.worker.port}/metrics`)).text();
    return Number(/^understudy_queue_looks_total (\d+)/m.exec(text)?.[1]);
  };

  it.each(Object.entries(REFUSALS))(
    'that %s: harm is taken off all the same, and the queue is used again afterwards',
    async (what, { sign, begin, end }) => {
      const model = `m${Object.keys(REFUSALS).indexOf(what)}`;
      await rolloutIs(await register(model, models[0], true), ({ state }) => state === 'succeeded');
      const bad = await register(model, models[1], { policy: POLICY });
      await rolloutIs(
        bad,
        ({ step }) => typeof (step as { startedAt?: unknown } | null)?.startedAt === 'string',
      );
      const all = { relay, redis, nextPort: portOf(1) };
      await begin(all);
      if (sign)
        await eventually(
          () => refusal(portOf(0)),
          (said) => sign.test(said),
          LONG_MS,
        );
      const callers = startCallers(`${site.gatewayUrl}/models/${model}/x`, () => '{}');
      await rolloutIs(bad, ({ state }) => state === 'rolled_back');
      await callers.stop();
      if (sign && !sign.test('LOADING')) expect(await refusal(portOf(0))).toMatch(sign);
      await end(all);
      const before = await brought();
      let n = 0;
      await eventually(
        async () => {
          await register(`${model}-after-${n++}`, models[0], true);
          await sleep(500);
          return brought();
        },
        (now) => now > before,
        LONG_MS,
      );
    },
    200_000,
  );

  it('says each kind of trouble once, not at every attempt', () => {
    expect(site.worker.stderr().split('\n').filter(Boolean).length).toBeLessThan(60);
  });
});

/** What a script that writes is answered on a connection of its own that is open already. */
async function refusal(port: number): Promise<string> {
  const one = new Redis(port, {
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  one.on('error', () => undefined);
  try {
    await one.eval(`return redis.call('SET', KEYS[1], '1')`, 1, 'understudy:probe');
    return '';
  } catch (error) {
    return (error as Error).message;
  } finally {
    one.disconnect();
  }
}

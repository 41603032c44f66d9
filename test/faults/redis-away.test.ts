import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { redisIsAvailable, startRedis, type TestRedis } from '../support/databases/redis.ts';

const POLICY = {
  name: 'away',
  steps: [{ canary: { weight: '50%', minRequests: 100_000, maxDuration: '10m' } }],
  gates: [{ metric: 'schema_violations', maxIncrease: 0.1 }],
};
const OUTPUT_SPEC = { kind: 'label', path: '$.y' };
const portOf = ({ url }: TestRedis): number => Number(new URL(url).port);

/** What happens to Redis while a canary does harm. `restore` is how it ends. */
interface Fault {
  readonly begin: (relay: FaultyRelay, redis: readonly [TestRedis, TestRedis]) => Promise<void> | void;
  readonly restore: (relay: FaultyRelay) => void;
}
const FAULTS: Readonly<Record<string, Fault>> = {
  'refuses connections': {
    begin: (relay) => (relay.greetBy('refusal'), relay.cut()),
    restore: (relay) => relay.greetBy('server'),
  },
  'holds connections and says nothing': {
    begin: (relay) => (relay.mute(), relay.greetBy('silence')),
    restore: (relay) => (relay.greetBy('server'), relay.cut()),
  },
  'has failed over, and old connections lead to what is a replica now': {
    begin: async (relay, [old, next]) => {
      const client = new Redis(old.url);
      await client.replicaof('127.0.0.1', portOf(next));
      client.disconnect();
      relay.leadTo(portOf(next));
    },
    restore: () => undefined,
  },
};

const describeOn = redisIsAvailable ? describe : describe.skip;
describeOn.each(Object.entries(FAULTS))('Redis %s', (_what, { begin, restore }) => {
  let redis: [TestRedis, TestRedis];
  let relay: FaultyRelay;
  let site: Installation;
  const servers: TestModelServer[] = [];
  beforeAll(async () => {
    // Options, so that it is never the shared one of REDIS_URL: these are taken apart.
    redis = [await startRedis(['--appendonly', 'no']), await startRedis(['--appendonly', 'no'])];
    relay = await startFaultyRelay(portOf(redis[0]));
    site = await startInstallation({ REDIS_URL: `redis://127.0.0.1:${relay.port}` });
    for (const answer of [{ y: 1 }, { unreadable: 1 }])
      servers.push(await startModelServer((_request, _body, response) => json(response, answer)));
  });
  afterAll(async () => {
    await site.close();
    await relay.close();
    for (const server of [...servers, ...redis]) await server.stop();
  });

  const register = async (
    model: string,
    server: TestModelServer | undefined,
    rollout: unknown,
  ): Promise<string> => {
    const answer = await site.api.call('POST', `/models/${model}/versions`, {
      ...{ servingUrl: server?.url, createModel: true, outputSpec: OUTPUT_SPEC, rollout },
    });
    return answer.body['rollout'].id as string;
  };
  const rolloutOf = async (id: string) => (await site.api.call('GET', `/rollouts/${id}`)).body;

  it('a canary that does harm is rolled back all the same, and jobs go on when it is back', async () => {
    const first = await register('m', servers[0], true);
    await eventually(
      () => rolloutOf(first),
      ({ state }) => state === 'succeeded',
    );
    const bad = await register('m', servers[1], { policy: POLICY });
    await eventually(
      () => rolloutOf(bad),
      (rollout) => typeof rollout['step']?.startedAt === 'string',
    );
    await begin(relay, redis);
    const callers = startCallers(`${site.gatewayUrl}/models/m/x`, () => '{}');
    await eventually(
      () => rolloutOf(bad),
      ({ state }) => state === 'rolled_back',
      60_000,
    );
    await callers.stop();

    // Another rollout from its first step to its last one without Redis, and one with it.
    const without = await register('without', servers[0], true);
    await eventually(
      () => rolloutOf(without),
      ({ state }) => state === 'succeeded',
      60_000,
    );
    restore(relay);
    const after = await register('after', servers[0], true);
    await eventually(
      () => rolloutOf(after),
      ({ state }) => state === 'succeeded',
      60_000,
    );
  }, 240_000);

  it('says each kind of trouble once, not at every attempt, and ends cleanly', async () => {
    await begin(relay, redis);
    await site.worker.kill('SIGTERM');
    expect(site.worker.child.exitCode).toBe(0);
    const lines = site.worker.stderr().split('\n').filter(Boolean);
    const said = lines.map(
      (line) => (JSON.parse(line) as { err?: { message?: string } }).err?.message ?? line,
    );
    expect(lines.length).toBeLessThan(30);
    expect(said.length).toBeGreaterThan(0);
    restore(relay);
  }, 90_000);
});

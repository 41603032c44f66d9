import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually, type Installation, startCallers, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import {
  type ReplicatedDatabase,
  startReplicatedDatabase,
} from '../support/databases/replicated-database.ts';

const LONG_MS = 120_000;
const POLICY = {
  name: 'failover',
  steps: [
    { canary: { weight: '50%', minRequests: 200, minDuration: '5s', maxDuration: '30m' } },
    { bake: { duration: '2s', holdBack: '0%' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.3 }],
};
let database: ReplicatedDatabase;
let site: Installation;
let server: TestModelServer;
beforeAll(async () => {
  database = await startReplicatedDatabase();
  site = await startInstallation();
  server = await startModelServer((_request, _body, response) => json(response, { y: 1 }));
}, LONG_MS);
afterAll(async () => {
  await site?.close();
  await server?.stop();
  await database?.close();
}, LONG_MS);

const ready = (): Promise<number[]> =>
  Promise.all(
    [site.api.process.port, site.worker.port].map(
      async (port) => (await fetch(`http://127.0.0.1:${port}/readyz`)).status,
    ),
  );
const rolloutOf = async (id: string) => (await site.api.call('GET', `/rollouts/${id}`)).body;
const register = async (rollout: unknown): Promise<string> => {
  const body = { servingUrl: server.url, createModel: true, rollout };
  return (await site.api.call('POST', '/models/m/versions', body)).body['rollout'].id;
};

/** One command after the other, whatever is answered. */
function startCommands() {
  const acknowledged: string[] = [];
  const refused = new Set<number>();
  let isOver = false;
  const done = (async () => {
    for (let n = 0; !isOver; n++) {
      const { status } = await site.api.call('POST', '/models', { name: `kept-${n}` });
      if (status === 201) acknowledged.push(`kept-${n}`);
      else refused.add(status);
      await sleep(20);
    }
  })();
  return {
    acknowledged,
    stop: async () => {
      isOver = true;
      await done;
      return { acknowledged, refused: [...refused] };
    },
  };
}

it('the database fails over to its standby: 503 and not ready until it is promoted, callers are served, nothing acknowledged is lost, rollouts go on', async () => {
  const first = await register(true);
  await eventually(
    () => rolloutOf(first),
    ({ state }) => state === 'succeeded',
    LONG_MS,
  );
  const infer = `${site.gatewayUrl}/models/m/x`;
  await eventually(
    async () => (await fetch(infer, { method: 'POST', body: '{}' })).status,
    (status) => status === 200,
    LONG_MS,
  );
  const callers = startCallers(infer, () => '{}', 60);
  const commands = startCommands();
  try {
    const second = await register({ policy: POLICY });
    await eventually(
      () => rolloutOf(second),
      ({ step }) => typeof step?.startedAt === 'string',
      LONG_MS,
    );

    await database.losePrimary();
    await eventually(ready, (statuses) => statuses.every((status) => status === 503), LONG_MS);
    const { status, headers, body } = await site.api.call('POST', '/models', { name: 'on-a-standby' });
    expect([status, headers.get('retry-after'), body['code']]).toEqual([503, '1', 'database_unavailable']);
    const before = commands.acknowledged.length;
    expect(before).toBeGreaterThan(0);

    await database.promote();
    await eventually(ready, (statuses) => statuses.every((one) => one === 200), LONG_MS);
    await eventually(
      async () => commands.acknowledged.length,
      (n) => n > before,
      LONG_MS,
    );
    await eventually(
      () => rolloutOf(second),
      ({ state }) => state === 'succeeded',
      LONG_MS,
    );
    const { acknowledged, refused } = await commands.stop();
    expect(refused).toEqual([503]);
    for (const name of acknowledged)
      expect([name, (await site.api.call('GET', `/models/${name}`)).status]).toEqual([name, 200]);
    expect((await site.api.call('GET', '/audit/verify')).body['breaks']).toEqual([]);
    await eventually(
      async () => (await fetch(infer, { method: 'POST', body: '{}' })).headers.get('x-understudy-version'),
      (version) => version === '2',
      LONG_MS,
    );
  } finally {
    await commands.stop();
    expect(Object.keys((await callers.stop()).statuses)).toEqual(['200']);
  }
}, 400_000);

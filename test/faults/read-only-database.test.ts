import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

const LONG_MS = 60_000;
let relay: FaultyRelay;
let site: Installation;
let server: TestModelServer;
let direct: URL;

beforeAll(async () => {
  direct = new URL(process.env['TEST_SERVER_URL'] ?? '');
  relay = await startFaultyRelay(Number(direct.port));
  const relayed = new URL(direct);
  relayed.port = String(relay.port);
  process.env['TEST_SERVER_URL'] = relayed.href;
  site = await startInstallation();
  server = await startModelServer((_request, _body, response) => json(response, { y: 1 }));
}, LONG_MS);
afterAll(async () => {
  await site.close();
  await relay.close();
  await server.stop();
});

/** As the owner, past the relay: what new connections may do from now on. */
async function newConnectionsMay(what: 'read' | 'write'): Promise<void> {
  const { pathname } = new URL(site.api.databaseUrl);
  const owner = new pg.Client({ connectionString: direct.href });
  await owner.connect();
  const name = pathname.slice(1);
  try {
    await owner.query(
      what === 'read'
        ? `ALTER DATABASE ${name} SET default_transaction_read_only = on`
        : `ALTER DATABASE ${name} RESET default_transaction_read_only`,
    );
  } finally {
    await owner.end();
  }
}
const ready = (): Promise<number[]> =>
  Promise.all(
    [site.api.process.port, site.worker.port].map(
      async (port) => (await fetch(`http://127.0.0.1:${port}/readyz`)).status,
    ),
  );
let n = 0;
const write = () => site.api.call('POST', '/models', { name: `written-${n++}` });

it('a database that can only be read, as after a failover: 503, not ready, callers served; and all of it ends with it', async () => {
  const register = (model: string) =>
    site.api.call('POST', `/models/${model}/versions`, {
      ...{ servingUrl: server.url, createModel: true, rollout: true },
    });
  const ask = (model: string): Promise<number> =>
    fetch(`${site.gatewayUrl}/models/${model}/x`, { method: 'POST', body: '{}' }).then(
      ({ status }) => status,
    );
  const served = (model: string) =>
    eventually(
      () => ask(model),
      (status) => status === 200,
      LONG_MS,
    );
  await register('before');
  await served('before');

  await newConnectionsMay('read');
  relay.cut();
  await eventually(ready, (statuses) => statuses.every((status) => status === 503), LONG_MS);
  for (let i = 0; i < 20; i++) {
    const { status, headers, body } = await write();
    expect([status, headers.get('retry-after'), body['code']]).toEqual([503, '1', 'database_unavailable']);
    expect(body['detail']).toMatch(/only be read|does not answer/);
  }
  expect(await ask('before')).toBe(200);

  await newConnectionsMay('write');
  // The connections that there are go on reading only: they are parted with, without anybody writing.
  await eventually(ready, (statuses) => statuses.every((status) => status === 200), LONG_MS);
  const statuses: number[] = [];
  for (let i = 0; i < 10; i++) statuses.push((await write()).status);
  expect(statuses).toEqual(Array.from({ length: 10 }, () => 201));
  expect((await register('after')).status).toBe(201);
  await served('after');
}, 300_000);

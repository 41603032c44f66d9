import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { startProcess, type TestProcess } from '../support/processes.ts';
import { freePort } from '#libs/processes';

const LONG_MS = 60_000;
/** Api, worker and gateway as they are shipped; the database, and the api for one gateway, behind relays that fail. */
let [toDatabase, toApi]: FaultyRelay[] = [];
let site: Installation;
let server: TestModelServer;
let farGateway: TestProcess;
let farUrl: string;
let directUrl: string;

beforeAll(async () => {
  const direct = new URL(process.env['TEST_SERVER_URL'] ?? '');
  toDatabase = await startFaultyRelay(Number(direct.port));
  const relayed = new URL(direct);
  relayed.port = String(toDatabase.port);
  process.env['TEST_SERVER_URL'] = relayed.href;
  site = await startInstallation();
  const database = new URL(site.api.databaseUrl);
  database.port = direct.port;
  directUrl = database.href;
  server = await startModelServer((_request, _body, response) => json(response, { y: 1 }));
  toApi = await startFaultyRelay(Number(new URL(site.api.url).port));
  const port = await freePort();
  farUrl = `http://127.0.0.1:${port}`;
  farGateway = await startProcess('apps/gateway/src/main.js', {
    UNDERSTUDY_HOME: `${site.home}/far`,
    API_URL: `http://127.0.0.1:${toApi.port}`,
    UNDERSTUDY_TOKEN: await site.api.token('gateway'),
    ...{ GATEWAY_PORT: String(port), GATEWAY_ADMIN_PORT: '0', GATEWAY_ID: 'far' },
  });
}, LONG_MS);
afterAll(async () => {
  await farGateway.kill('SIGTERM');
  toDatabase?.greetBy('server');
  await site.close();
  await toDatabase?.close();
  await toApi?.close();
  await server.stop();
});

const relay = (one: FaultyRelay | undefined): FaultyRelay => {
  if (!one) throw new Error('there is none');
  return one;
};
const versionAt = async (url: string, model: string): Promise<string | null> =>
  (await fetch(`${url}/models/${model}/x`, { method: 'POST', body: '{}' })).headers.get(
    'x-understudy-version',
  );
const serves = (url: string, model: string, version: string): Promise<unknown> =>
  eventually(
    () => versionAt(url, model),
    (served) => served === version,
    LONG_MS,
  );
const bothServe = (model: string, version: string): Promise<unknown> =>
  Promise.all([site.gatewayUrl, farUrl].map((url) => serves(url, model, version)));

/** A model whose version 1 serves at both gateways, and whose version 2 is there. */
async function twoVersions(model: string): Promise<void> {
  const register = (more: object) =>
    site.api.call('POST', `/models/${model}/versions`, {
      servingUrl: server.url,
      createModel: true,
      ...more,
    });
  expect((await register({ rollout: true })).status).toBe(201);
  await bothServe(model, '1');
  expect((await register({})).status).toBe(201);
}
const promote = (model: string) =>
  site.api.call('POST', `/models/${model}/promote`, { version: 2, reason: 'a test' });
const rollBack = (model: string) => site.api.call('POST', `/models/${model}/rollback`, { reason: 'a test' });
/** Tried until it is done: a request may meet a connection that is dead. */
const done = (act: () => Promise<{ status: number }>): Promise<unknown> =>
  eventually(act, ({ status }) => status === 200, LONG_MS);

describe('a connection that says nothing any more, and does not end', () => {
  it('of those that listen to the database: what an admin does reaches the gateways', async () => {
    await twoVersions('listener');
    expect(relay(toDatabase).mute('understudy-listener')).toBeGreaterThanOrEqual(2);
    expect((await promote('listener')).status).toBe(200);
    await bothServe('listener', '2');
    expect((await rollBack('listener')).status).toBe(200);
    await bothServe('listener', '1');
  }, 200_000);

  it('of all to the database at once: the api writes, and the worker moves rollouts, on new ones', async () => {
    await twoVersions('all');
    relay(toDatabase).mute();
    await done(() => promote('all'));
    await bothServe('all', '2');
    const made = await site.api.call('POST', '/models/later/versions', {
      ...{ servingUrl: server.url, createModel: true, rollout: true },
    });
    expect(made.status).toBe(201);
    await bothServe('later', '1');
  }, 300_000);

  it('when it is set up: an address that accepts and says nothing is given up, and tried again', async () => {
    await twoVersions('greeted');
    relay(toDatabase).greetBy('silence');
    relay(toDatabase).cut();
    await eventually(
      () => fetch(`${site.api.url}/readyz`).then((response) => response.status),
      (status) => status === 503,
      LONG_MS,
    );
    relay(toDatabase).greetBy('server');
    await done(() => promote('greeted'));
    await bothServe('greeted', '2');
  }, 300_000);

  it('from a gateway to the api: the gateway makes another one', async () => {
    await twoVersions('far');
    expect(relay(toApi).mute()).toBeGreaterThanOrEqual(1);
    expect((await promote('far')).status).toBe(200);
    await bothServe('far', '2');
  }, 200_000);
});

it('a route of which nobody was told is found by comparison; how old the routes are is a figure', async () => {
  await twoVersions('untold');
  const revision = async (): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${farGateway.adminPort}/metrics`)).text();
    return Number(/understudy_gateway_route_revision\{model="untold"\} (\d+)/.exec(text)?.[1]);
  };
  const before = await revision();
  const owner = new pg.Client({ connectionString: directUrl });
  await owner.connect();
  try {
    await owner.query(
      `INSERT INTO route (model_id, revision, "primary", salt)
       SELECT r.model_id, r.revision + 1, r."primary", r.salt FROM route r JOIN model m ON m.id = r.model_id
       WHERE m.name = 'untold' ORDER BY r.revision DESC LIMIT 1`,
    );
  } finally {
    await owner.end();
  }
  await eventually(revision, (now) => now === before + 1, LONG_MS);
  for (const [url, name] of [
    [site.api.url, 'understudy_api_routes_age_seconds'],
    [`http://127.0.0.1:${farGateway.adminPort}`, 'understudy_gateway_routes_age_seconds'],
  ]) {
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(new RegExp(`^${name} [0-9.e-]+$`, 'm'));
    expect(await (await fetch(`${url}/readyz`)).text()).toMatch(/^ready\nroutes were .* \d+\.\d s ago/);
  }
}, 200_000);

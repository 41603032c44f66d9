import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startApi, type TestApi } from '../support/api.ts';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/*
 * The database goes in the moment in which it has said that something is done. It is answered as done: told of a failure, a job does it once more,
 * and a version is registered twice.
 */
const server = process.env['TEST_SERVER_URL'] ?? '';
let relay: FaultyRelay;
let api: TestApi;
let models: TestModelServer;
let owner: pg.Client;
beforeAll(async () => {
  const relayed = new URL(server);
  relay = await startFaultyRelay(Number(relayed.port));
  relayed.port = String(relay.port);
  process.env['TEST_SERVER_URL'] = relayed.href;
  models = await startModelServer((_request, _body, response) => json(response, {}));
  api = await startApi();
  const direct = new URL(api.databaseUrl);
  direct.port = new URL(server).port;
  owner = new pg.Client({ connectionString: direct.href });
  await owner.connect();
  await owner.query(`
    CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'at the commit'; RETURN NULL; END $$`);
  for (const table of ['version', 'rollout'])
    await owner.query(
      `CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON ${table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_commit()`,
    );
});
afterEach(() => {
  relay.loseBy(null);
  relay.greetBy('server');
});
afterAll(async () => {
  await owner.end();
  await api.close();
  await relay.close();
  await models.stop();
  process.env['TEST_SERVER_URL'] = server;
});

/** Once PostgreSQL has told of the next commit of a version or a rollout, nobody reaches it. */
function goAfterCommit(): void {
  let isAtCommit = false;
  relay.loseBy((bytes) => {
    isAtCommit ||= bytes.includes('at the commit');
    if (!isAtCommit || !bytes.includes('COMMIT\0')) return bytes;
    relay.loseBy(null);
    relay.greetBy('refusal');
    setImmediate(() => relay.cut());
    return bytes;
  });
}

const count = async (table: string): Promise<number> =>
  Number((await owner.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`)).rows[0]?.n);

/** Asks while the database goes, and once more when it is back: all is done once, and answered the same. */
async function isDoneOnce(table: string, path: string, body: unknown, status: number): Promise<void> {
  const before = await count(table);
  const ask = () => api.call('POST', path, body, undefined, { 'idempotency-key': path });
  goAfterCommit();
  const first = await ask();
  expect([first.status, first.body['code']]).toEqual([status, undefined]);
  const made = (await count(table)) - before;
  expect(made).toBeGreaterThan(0);
  relay.greetBy('server');
  let again = await ask();
  for (; again.status === 409 || again.status === 503; again = await ask()) await sleep(100);
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([status, 'true']);
  expect(again.body).toEqual(first.body);
  expect((await count(table)) - before).toBe(made);
}

const eventually = async (act: () => Promise<number>): Promise<void> => {
  while ((await act()) >= 500) await sleep(100);
};

it('a version that a manifest has registered', async () => {
  await isDoneOnce('version', '/manifests', { model: 'm', servingUrl: models.url, rollout: false }, 201);
});

it('a release group that a manifest has registered', async () => {
  for (const model of ['a', 'b']) {
    const body = { servingUrl: models.url, createModel: true, rollout: false };
    await eventually(async () => (await api.call('POST', `/models/${model}/versions`, body)).status);
    await owner.query(`UPDATE model SET "primary" = 1, primary_history = '{1}' WHERE name = $1`, [model]);
  }
  const steps = [
    { canary: { weight: '10%', minRequests: 100, maxDuration: '1h' } },
    { bake: { duration: '1m' } },
  ];
  const policy = { name: 'p', steps, gates: [], promoteWhen: 'notFailed' };
  const members = ['a', 'b'].map((model) => ({ model, servingUrl: models.url, policy }));
  await isDoneOnce('version', '/release-groups/manifest', { members, reason: 'together' }, 201);
});

it('a rollout that was begun once more', async () => {
  const body = { servingUrl: models.url, createModel: true, rollout: true };
  const registered = await api.call('POST', '/models/again/versions', body);
  const { id } = registered.body['rollout'] as { id: string };
  expect((await api.call('POST', `/rollouts/${id}/abort`, { reason: 'test' })).status).toBe(200);
  await isDoneOnce('rollout', `/rollouts/${id}/retry`, { reason: 'test' }, 200);
});

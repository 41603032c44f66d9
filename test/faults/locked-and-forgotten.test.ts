import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { startProcess, type TestProcess } from '../support/processes.ts';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';

const server = process.env['TEST_SERVER_URL'] ?? '';
/** A process has one transaction at a time that waits for a model, or has it: so many of them have a chain of these forgotten. */
const PROCESSES = 5;
/** Enough for each of them to have more to do. */
const AT_ONCE = 60;
const AFTERWARDS = 50;
let relay: FaultyRelay;
let api: TestApi;
const others: TestProcess[] = [];
beforeAll(async () => {
  const relayed = new URL(server);
  relay = await startFaultyRelay(Number(relayed.port));
  relayed.port = String(relay.port);
  process.env['TEST_SERVER_URL'] = relayed.href;
  api = await startApi();
  process.env['TEST_SERVER_URL'] = server;
  for (let n = 1; n < PROCESSES; n++) {
    const env = { API_PORT: '0', DATABASE_URL: api.databaseUrl };
    others.push(await startProcess('apps/api/src/main.js', env));
  }
  await api.call('POST', '/models', { name: 'busy' });
});
afterAll(async () => {
  await Promise.all(others.map((one) => one.kill('SIGTERM')));
  await api.close();
  await relay.close();
});

/** Sessions that somebody has ended, as PostgreSQL counts them: not those that it ended itself for their length. */
async function sessionsKilled(): Promise<number> {
  const url = new URL(api.databaseUrl);
  url.port = new URL(server).port;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  const { rows } = await client.query<{ killed: string }>(
    'SELECT sessions_killed AS killed FROM pg_stat_database WHERE datname = current_database()',
  );
  await client.end();
  return Number(rows[0]?.killed);
}

/** All connections are forgotten as soon as so many transactions have asked for a model: the first of them has it by then. */
function forgetAmid(waiting: number): void {
  let seen = 0;
  relay.heedBy((bytes) => {
    if (!bytes.includes('model-lock') || ++seen < waiting) return;
    relay.heedBy(null);
    relay.loseBy((answer) => {
      relay.loseBy(null);
      relay.mute();
      return answer;
    });
  });
}

it('a model that forgotten sessions have locked, one after the other, is written again: each is ended as soon as it is known to be dead, not after five seconds of its own', async () => {
  forgetAmid(3 * PROCESSES);
  const token = await api.token('admin');
  const urls = [api.url, ...others.map(({ port }) => `http://127.0.0.1:${port}`)];
  const write = async (n: number): Promise<{ status: number; body: Json }> => {
    const response = await fetch(`${urls[n % urls.length]}/api/v1/models/busy`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ description: `written ${n}` }),
    });
    return { status: response.status, body: (await response.json()) as Json };
  };
  const writes: ReturnType<typeof write>[] = [];
  for (let n = 0; n < AT_ONCE + AFTERWARDS; n++) {
    writes.push(write(n));
    if (n >= AT_ONCE) await sleep(300);
  }
  const answers = await Promise.all(writes);
  const said = answers.map(({ status, body }) =>
    status === 200 ? 'written' : String(body['detail']).split('. ')[0],
  );
  expect(said).toContain('written');
  expect(
    said.filter((one) => !['written', 'The database does not answer right now'].includes(one ?? '')),
  ).toEqual([]);
  expect(await sessionsKilled()).toBeGreaterThan(2);
  expect(new Set(said.slice(-10))).toEqual(new Set(['written']));
}, 120_000);

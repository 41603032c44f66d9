import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApi, type TestApi } from '../support/api.ts';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';

const server = process.env['TEST_SERVER_URL'] ?? '';
/** More than the pool has connections: when they are forgotten each of them waits for the model, or has it. */
const AT_ONCE = 12;
const AFTERWARDS = 50;
let relay: FaultyRelay;
let api: TestApi;
beforeAll(async () => {
  const relayed = new URL(server);
  relay = await startFaultyRelay(Number(relayed.port));
  relayed.port = String(relay.port);
  process.env['TEST_SERVER_URL'] = relayed.href;
  api = await startApi();
  process.env['TEST_SERVER_URL'] = server;
  await api.call('POST', '/models', { name: 'busy' });
});
afterAll(async () => {
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
  forgetAmid(8);
  const writes: ReturnType<TestApi['call']>[] = [];
  for (let n = 0; n < AT_ONCE + AFTERWARDS; n++) {
    writes.push(api.call('PATCH', '/models/busy', { description: `written ${n}` }));
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

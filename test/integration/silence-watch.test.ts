import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { PoolConnections } from '#libs/postgres';
import { eventually } from '../support/installation.ts';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';

/** Without any bound of the driver's: what ends here is ended by the watch, or not at all. */
let relay: FaultyRelay;
let pool: pg.Pool;

beforeAll(async () => {
  const url = new URL(process.env['TEST_SERVER_URL'] ?? '');
  relay = await startFaultyRelay(Number(url.port));
  url.port = String(relay.port);
  const connections = new PoolConnections('SET statement_timeout = 30000');
  pool = new pg.Pool({ connectionString: url.href, max: 2, Client: connections.Client });
  pool.on('error', () => undefined);
  connections.follow(pool);
});
afterAll(async () => {
  relay.greetBy('server');
  await relay.close();
  await pool.end();
});

const ask = async (text: string): Promise<unknown> => (await pool.query<{ n: number }>(text)).rows[0]?.n;

it('a statement on a connection that carries nothing any more fails, and the next one is answered on another', async () => {
  expect(await ask('SELECT 1 AS n')).toBe(1);
  relay.mute();
  await expect(ask('SELECT 2 AS n')).rejects.toThrow(/terminated/);
  expect(await ask('SELECT 3 AS n')).toBe(3);
});

it('the transaction of such a connection is ended at the server, and so are its locks', async () => {
  const client = await pool.connect();
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock(4711)');
  relay.mute();
  await expect(client.query('SELECT 8')).rejects.toThrow(/terminated/);
  client.release(true);
  await eventually(
    () => ask(`SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711`),
    (n) => n === 0,
  );
});

it('a slow statement is waited for, alone and within a transaction', async () => {
  expect(await ask('SELECT 4 AS n FROM pg_sleep(5)')).toBe(4);
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_sleep(5)');
    expect((await client.query('COMMIT')).command).toBe('COMMIT');
  } finally {
    client.release();
  }
});

it('a transaction whose process thinks for long is nobody’s business here', async () => {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await sleep(5_000);
    expect((await client.query<{ n: number }>('SELECT 5 AS n')).rows).toEqual([{ n: 5 }]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
});

it('one that is set up at an address that says nothing is given up once others are answered there', async () => {
  relay.greetBy('silence');
  relay.cut();
  while (pool.totalCount > 0) await sleep(20);
  const hanging = ask('SELECT 6 AS n');
  const failed = expect(hanging).rejects.toThrow(/terminated/);
  await sleep(3_000);
  relay.greetBy('server');
  await failed;
  expect(await ask('SELECT 7 AS n')).toBe(7);
});

it('connections are parted with while one of them is set up: it is used once, and no process ends by it', async () => {
  const connectionString = process.env['TEST_SERVER_URL'] ?? '';
  const slow = 'SELECT pg_sleep(2)';
  const connections = new PoolConnections(slow);
  const slowPool = new pg.Pool({ connectionString, Client: connections.Client });
  slowPool.on('error', () => undefined);
  connections.follow(slowPool);
  try {
    const asked = slowPool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await eventually(
      () => ask(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE '${slow};%'`),
      (n) => n === 1,
    );
    connections.drop();
    const first = (await asked).rows[0]?.pid;
    expect(first).toEqual(expect.any(Number));
    await eventually(
      () => Promise.resolve(slowPool.totalCount),
      (count) => count === 0,
    );
  } finally {
    await slowPool.end();
  }
});

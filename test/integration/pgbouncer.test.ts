import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openDataSource } from '#libs/db';
import { play } from '../cases/play.ts';
import { freshDatabase, onServer } from '../support/databases/database.ts';
import { startApi } from '../support/api.ts';
import { startFaultyRelay } from '../support/databases/faulty-relay.ts';
import { eventually, startInstallation } from '../support/installation.ts';
import { pgbouncerIsAvailable, startPgbouncer } from '../support/databases/pgbouncer.ts';
import { startProcess } from '../support/processes.ts';

/** Skipped (and counted so) where there is no pgbouncer. */
const withPgbouncer = pgbouncerIsAvailable ? describe : describe.skip;
const IGNORING = 'ignore_startup_parameters = extra_float_digits,options,idle_in_transaction_session_timeout';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

withPgbouncer('DATABASE_URL through PgBouncer', () => {
  const server = process.env['TEST_SERVER_URL'] ?? '';

  it.each([
    ['as it comes', [], 'api'],
    ['which ignores what it does not know', [IGNORING], 'role'],
  ])(
    'in session mode, %s: all of it works, and the record’s role is kept',
    async (_how, more, what) => {
      const bouncer = await startPgbouncer(server, [
        'pool_mode = session',
        'default_pool_size = 60',
        ...more,
      ]);
      closing.push(() => bouncer.stop());
      if (what === 'role') {
        const database = await freshDatabase();
        closing.push(() => database.drop());
        const url = new URL(bouncer.url);
        url.pathname = new URL(database.url).pathname;
        const dataSource = await openDataSource(url.href, 2);
        closing.push(() => dataSource.destroy());
        expect(await dataSource.query('SELECT current_user AS role')).toEqual([{ role: 'understudy_app' }]);
        await expect(dataSource.query('DELETE FROM event')).rejects.toThrow(/permission denied/);
        return;
      }
      process.env['TEST_SERVER_URL'] = bouncer.url;
      try {
        const installation = await startInstallation();
        closing.push(() => installation.close());
        const file = path.resolve('test/cases/infrastructure/case-pgbouncer.mjs');
        const token = await installation.api.token('admin', 'operate', 'publish', 'read');
        const { passed, output } = await play(
          file,
          [installation.api.url, installation.gatewayUrl, token],
          {},
        );
        expect([passed, output]).toEqual([true, output]);
      } finally {
        process.env['TEST_SERVER_URL'] = server;
      }
    },
    120_000,
  );

  it('whose PostgreSQL goes away: 503 whatever PgBouncer says of it, and all is well when it is back', async () => {
    const relay = await startFaultyRelay(Number(new URL(server).port));
    closing.push(() => relay.close());
    const behind = new URL(server);
    behind.port = String(relay.port);
    const bouncer = await startPgbouncer(behind.href, [
      ...[
        'pool_mode = session',
        'default_pool_size = 60',
        'server_login_retry = 1',
        'query_wait_timeout = 2',
      ],
    ]);
    closing.push(() => bouncer.stop());
    process.env['TEST_SERVER_URL'] = bouncer.url;
    try {
      const api = await startApi();
      closing.push(() => api.close());
      const statuses = new Set<number>();
      const codes = new Set<string>();
      const ask = async () => {
        const { status, body } = await api.call('POST', '/models', {
          name: `m${statuses.size}-${codes.size}`,
        });
        statuses.add(status);
        if (status >= 500) codes.add(body['code'] as string);
        return status;
      };
      relay.greetBy('refusal');
      relay.cut();
      for (const began = Date.now(); Date.now() - began < 5_000;) await ask();
      relay.greetBy('server');
      await eventually(ask, (status) => status < 500, 30_000);
      expect([...codes]).toEqual(['database_unavailable']);
    } finally {
      process.env['TEST_SERVER_URL'] = server;
    }
  }, 90_000);

  it('that is paused, and a name that is gone for a while: 503 until it is back, and all is well then', async () => {
    const bouncer = await startPgbouncer(server, [
      ...[
        'pool_mode = session',
        'default_pool_size = 60',
        'server_login_retry = 1',
        'query_wait_timeout = 2',
      ],
      `admin_users = ${new URL(server).username}`,
    ]);
    closing.push(() => bouncer.stop());
    process.env['TEST_SERVER_URL'] = bouncer.url;
    try {
      const api = await startApi();
      closing.push(() => api.close());
      const name = new URL(api.databaseUrl).pathname.slice(1);
      const console = new URL(bouncer.url);
      console.pathname = '/pgbouncer';
      const said = new Set<string>();
      let asked = 0;
      const ask = async () => {
        const { status, body } = await api.call('POST', '/models', { name: `m${asked++}` });
        if (status >= 500) said.add(`${status} ${String(body['code'])}`);
        return status;
      };
      const until = (isWanted: (status: number) => boolean) => eventually(ask, isWanted, 60_000);
      // What is open is ended: PAUSE waits for sessions that are in use.
      const admin = new pg.Client({ connectionString: console.href });
      admin.on('error', () => undefined);
      await admin.connect();
      await admin.query(`KILL ${name}`);
      await until((status) => status >= 500);
      await admin.query(`RESUME ${name}`);
      await until((status) => status < 500);
      await admin.end();

      const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname`;
      const rename = (from: string, to: string) =>
        eventually(
          () =>
            onServer(`${end} = '${from}'; ALTER DATABASE ${from} RENAME TO ${to}`, server).then(
              () => true,
              () => false,
            ),
          (done) => done,
          60_000,
        );
      await rename(name, `${name}_away`);
      await until((status) => status >= 500);
      for (let i = 0; i < 10; i++) await ask();
      await rename(`${name}_away`, name);
      await until((status) => status < 500);
      expect([...said]).toEqual(['503 database_unavailable']);
    } finally {
      process.env['TEST_SERVER_URL'] = server;
    }
  }, 180_000);

  it.each(['transaction', 'statement'])(
    'in %s mode: api and worker refuse by name',
    async (mode) => {
      const database = await freshDatabase();
      closing.push(() => database.drop());
      const bouncer = await startPgbouncer(server, [`pool_mode = ${mode}`, IGNORING]);
      closing.push(() => bouncer.stop());
      const url = new URL(bouncer.url);
      url.pathname = new URL(database.url).pathname;
      for (const role of ['api', 'worker']) {
        const started = startProcess(`apps/${role}/src/main.js`, {
          ...{
            DATABASE_URL: url.href,
            API_PORT: '0',
            WORKER_PORT: '0',
            UNDERSTUDY_HOME: '/tmp/understudy-none',
          },
        });
        await expect(started).rejects.toThrow(/DATABASE_URL leads through a pooler .*pool_mode = session/);
      }
    },
    60_000,
  );
});

it('a database that can only be read is refused at boot', async () => {
  const database = await freshDatabase();
  closing.push(() => database.drop());
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const name = new URL(database.url).pathname.slice(1);
  await client.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  await client.end();
  const started = startProcess('apps/api/src/main.js', { DATABASE_URL: database.url, API_PORT: '0' });
  await expect(started).rejects.toThrow(/can only be read.* Name the primary/);
}, 60_000);

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrate, MIGRATION_NAMES } from '#libs/db';
import { freshDatabase, type FreshDatabase } from '../support/databases/database.ts';

const BUILDS_AN_INDEX = 'EndedRollouts1796770000000';
const UP_TO_IT = MIGRATION_NAMES.slice(0, MIGRATION_NAMES.indexOf(BUILDS_AN_INDEX) + 1);

let database: FreshDatabase;
const clients: pg.Client[] = [];
const connect = async (): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: database.url });
  clients.push(client);
  await client.connect();
  return client;
};
beforeAll(async () => {
  database = await freshDatabase({ migrated: false });
  await migrate(database.url, UP_TO_IT.slice(0, -1));
});
afterAll(async () => {
  for (const client of clients) await client.end();
  await database.drop();
});

async function untilSome(client: pg.Client, where: string): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND ${where}`,
    );
    if (rowCount !== 0) return;
    await sleep(20);
  }
}

it('a process of the release before that waits for its turn in one statement keeps no index from being built', async () => {
  const [busy, looks, old] = [await connect(), await connect(), await connect()];
  await busy.query(
    `BEGIN; INSERT INTO model (id, name, salt, "primary") VALUES (md5('m')::uuid, 'm', '', 1);
     INSERT INTO version (model_id, version, created_by) VALUES (md5('m')::uuid, 1, '');
     INSERT INTO primary_term (id, model_id, version, since, until) VALUES (gen_random_uuid(), md5('m')::uuid, 1, now(), now())`,
  );
  const migrated = migrate(database.url, UP_TO_IT);
  await untilSome(looks, `query ~ '^CREATE INDEX CONCURRENTLY' AND wait_event_type = 'Lock'`);
  // As it asked until now.
  const waits = old.query('SELECT pg_advisory_lock(7400001)').then(
    () => null,
    (error: unknown) => error,
  );
  await untilSome(looks, `query ~ '^SELECT pg_advisory_lock' AND wait_event = 'advisory'`);
  await busy.query('COMMIT');
  expect(await migrated).toEqual([BUILDS_AN_INDEX]);
  expect(await waits).toMatchObject({ code: '57014' });
  // It tries again, and has its turn.
  expect((await old.query('SELECT pg_try_advisory_lock(7400001) AS taken')).rows).toEqual([{ taken: true }]);
}, 60_000);

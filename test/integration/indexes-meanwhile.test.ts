import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrate, MIGRATION_NAMES } from '#libs/db';
import { freshDatabase, type FreshDatabase } from '../support/databases/database.ts';

const FOLDER = path.join(import.meta.dirname, '../../migrations');
const IN_BETWEEN = 'EndedRollouts1796770000000';

let database: FreshDatabase;
let busy: pg.Client;
let writer: pg.Client;
beforeAll(async () => {
  database = await freshDatabase({ migrated: false });
  await migrate(database.url, MIGRATION_NAMES.slice(0, MIGRATION_NAMES.indexOf(IN_BETWEEN)));
  [busy, writer] = [0, 1].map(() => new pg.Client({ connectionString: database.url })) as [
    pg.Client,
    pg.Client,
  ];
  await Promise.all([busy.connect(), writer.connect()]);
});
afterAll(async () => {
  await Promise.all([busy.end(), writer.end()]);
  await database.drop();
});

const term = (version: number): string =>
  `INSERT INTO primary_term (id, model_id, version, since, until) VALUES (gen_random_uuid(), md5('m')::uuid, ${version}, now(), now())`;

/** An index of that name that a process has begun and was killed. */
async function cutOff(name: string, table: string): Promise<void> {
  await writer.query(`CREATE INDEX ${name} ON ${table} ("model_id")`);
  await writer.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = '${name}'::regclass`);
}

it('indexes are built beside writers and by two processes at once, and again where one was cut off', async () => {
  await writer.query(`INSERT INTO model (id, name, salt, "primary") VALUES (md5('m')::uuid, 'm', '', 1)`);
  await writer.query(
    `INSERT INTO version (model_id, version, created_by) SELECT md5('m')::uuid, n, '' FROM generate_series(1, 3) n`,
  );
  await cutOff('primary_term_of_model', 'primary_term');
  await busy.query(`BEGIN; ${term(1)}`);
  const migrated = Promise.all([migrate(database.url), migrate(database.url)]);
  // It waits for who writes just now; nobody waits for it.
  for (let waits = 0; waits === 0;) {
    const { rowCount } = await writer.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^(CREATE|DROP) INDEX' AND wait_event_type = 'Lock'`,
    );
    waits = rowCount ?? 0;
    await sleep(20);
  }
  await writer.query(`SET lock_timeout = '2s'`);
  await writer.query(term(2));
  await busy.query('COMMIT');
  const run = await migrated;
  expect(run.flat().filter((name) => name === IN_BETWEEN)).toHaveLength(1);
  const { rows } = await writer.query<{ name: string }>(
    `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid`,
  );
  expect(rows).toEqual([]);
  const { rows: built } = await writer.query<{ columns: number }>(
    `SELECT indnatts::int AS columns FROM pg_index WHERE indexrelid = 'primary_term_of_model'::regclass`,
  );
  expect(built).toEqual([{ columns: 2 }]);
}, 60_000);

it('migrations since then build no index of a table that was there in any other way', () => {
  const files = readdirSync(FOLDER).filter((name) => name >= '1796750000000' && /^\d/.test(name));
  const plain = files.filter((name) => {
    const text = readFileSync(path.join(FOLDER, name), 'utf8');
    return [...text.matchAll(/CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?\S+ ON "?(\w+|\$\{\w+\})/g)].some(
      ([, table]) => !text.includes(`CREATE TABLE "${table}"`),
    );
  });
  expect(files.length).toBeGreaterThan(10);
  expect(plain).toEqual([]);
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { APPLICATION_ROLE, migrate, MIGRATION_NAMES } from '#libs/db';
import { OrderOfFacts1796760100000 } from '../../migrations/1796760100000-order-of-facts.ts';
import { freshDatabase, type FreshDatabase } from '../support/databases/database.ts';

/*
 * A database of the release before, whose rows are in the order of their times, is brought to this one, in which they have numbers.
 */
const ORDER_OF_FACTS = 'OrderOfFacts1796760100000';
const MODEL = `md5('m')::uuid`;
const AT = `timestamptz '2026-11-28 12:00:00Z'`;

let database: FreshDatabase;
let db: pg.Client;
beforeAll(async () => {
  database = await freshDatabase({ migrated: false });
  await migrate(database.url, MIGRATION_NAMES.slice(0, MIGRATION_NAMES.indexOf(ORDER_OF_FACTS)));
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

const term = (version: number, since: number, until: number | null): Promise<unknown> =>
  db.query(
    `INSERT INTO primary_term (id, model_id, version, since, until)
     VALUES (gen_random_uuid(), ${MODEL}, $1, ${AT} + $2 * interval '1 s', ${AT} + $3 * interval '1 s')`,
    [version, since, until],
  );
const rollout = (name: string, at: number): Promise<unknown> =>
  db.query(
    `INSERT INTO rollout (id, model_id, version, intent, state, step_index, revision, policy, policy_hash, created_by, created_at, ended_at)
     VALUES (md5($1)::uuid, ${MODEL}, 1, 'release', 'succeeded', 1, 1, '{}', $1, '', ${AT} + $2 * interval '1 s', now())`,
    [name, at],
  );
async function inOrder(table: string, what: string): Promise<unknown[]> {
  const { rows } = await db.query<{ what: unknown }>(
    `SELECT ${what} AS what FROM ${table} ORDER BY sequence`,
  );
  return rows.map((row) => row.what);
}

it('numbers what there is in the order that it had, goes on behind it, and may be done again', async () => {
  await db.query(`INSERT INTO model (id, name, salt, "primary") VALUES (${MODEL}, 'm', '', 1)`);
  await db.query(`INSERT INTO version (model_id, version, created_by) SELECT ${MODEL}, 1, ''`);
  // Written in another order than they began; the last two in one instant, of which one has ended.
  for (const [version, since, until] of [
    [3, 20, null],
    [2, 20, 20],
    [1, 10, 20],
    [4, 0, 10],
  ] as const)
    await term(version, since, until);
  for (const [name, at] of [
    ['third', 30],
    ['first', 0],
    ['second', 10],
  ] as const)
    await rollout(name, at);

  await new OrderOfFacts1796760100000().up({
    query: (sql: string) => db.query(sql),
  } as unknown as QueryRunner);
  expect(await inOrder('primary_term', 'version')).toEqual([4, 1, 2, 3]);
  expect(await inOrder('rollout', 'policy_hash')).toEqual(['first', 'second', 'third']);
  expect(await inOrder('rollout', 'due_since = created_at')).toEqual([true, true, true]);

  // By a process of the release before, whose clock is behind, while the migration goes on: rights are given at its end.
  await db.query(`SET ROLE ${APPLICATION_ROLE}`);
  await rollout('last', -60);
  await term(5, -60, -50);
  await db.query(
    `INSERT INTO token (id, name, hash, scopes) VALUES (gen_random_uuid(), 'ci', 'hash', '{read}')`,
  );
  await db.query('RESET ROLE');
  expect(await inOrder('rollout', 'policy_hash')).toEqual(['first', 'second', 'third', 'last']);

  // It ended in the middle: nothing says that it was run.
  expect(await migrate(database.url)).toContain(ORDER_OF_FACTS);
  expect(await inOrder('primary_term', 'version')).toEqual([4, 1, 2, 3, 5]);
  expect(await inOrder('rollout', 'policy_hash')).toEqual(['first', 'second', 'third', 'last']);
});

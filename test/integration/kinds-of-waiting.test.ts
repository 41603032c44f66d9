import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { sayKinds } from '../../migrations/say-kinds.ts';
import { freshDatabase, type FreshDatabase } from '../support/databases/database.ts';

let database: FreshDatabase;
let migrator: pg.Client;
let settler: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  migrator = new pg.Client({ connectionString: database.url });
  settler = new pg.Client({ connectionString: database.url });
  await Promise.all([migrator.connect(), settler.connect()]);
});
afterAll(async () => {
  await Promise.all([migrator.end(), settler.end()]);
  await database.drop();
});

const TYPES = ['rollout.paused', 'rollout.judged', 'rollout.advanced'];
const kinds = async () =>
  (
    await migrator.query<{ type: string; state: string; kind: string | null; n: number }>(
      `SELECT e.type, o.state, o.kind, count(*)::int AS n FROM outgoing o JOIN event e USING (model_id, sequence) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    )
  ).rows.map(({ type, state, kind, n }) => [type, state, kind, n]);

it('what waited before the upgrade is given its kind in pages, past what another process holds', async () => {
  await migrator.query(`INSERT INTO model (id, name, salt) VALUES (md5('m')::uuid, 'm', '')`);
  await migrator.query(
    `INSERT INTO subscription (id, name, url, secrets, events, events_like, format, created_by) SELECT md5(n::text)::uuid, n::text, 'x', '[]', '{*}', '{%}', 'json', '' FROM generate_series(1, 2) n`,
  );
  await migrator.query(
    `INSERT INTO event (model_id, sequence, type, actor, data, at, hash) SELECT md5('m')::uuid, n, ($1::text[])[1 + n % 3], 'test', '{}', now(), '' FROM generate_series(1, 1500) n`,
    [TYPES],
  );
  // The last hundred are delivered, and nobody asks for their kind again.
  await migrator.query(
    `INSERT INTO outgoing (id, subscription_id, model_id, sequence, state) SELECT gen_random_uuid(), s.id, e.model_id, e.sequence, CASE WHEN e.sequence > 1400 THEN 'delivered' ELSE 'waiting' END
     FROM subscription s CROSS JOIN event e`,
  );
  await settler.query(`BEGIN; SELECT 1 FROM outgoing WHERE sequence = 700 FOR UPDATE`);
  await migrator.query(`SET lock_timeout = '2s'`);
  await sayKinds({ query: async (sql, values) => (await migrator.query(sql, values)).rows as unknown });
  expect(await kinds()).toEqual([
    ['rollout.advanced', 'delivered', null, 66],
    ['rollout.advanced', 'waiting', 'news', 934],
    ['rollout.judged', 'delivered', null, 66],
    ['rollout.judged', 'waiting', 'verdict', 932],
    // Another process holds them.
    ['rollout.judged', 'waiting', null, 2],
    ['rollout.paused', 'delivered', null, 68],
    ['rollout.paused', 'waiting', 'alarm', 932],
  ]);
  await settler.query('ROLLBACK');
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { openDataSource } from '#libs/db';
import { modelStore } from '../../libs/db/src/registry/model.store.ts';
import { rolloutStore } from '../../libs/db/src/rollouts/rollout.store.ts';
import { NO_TURNS } from '../../libs/db/src/work/turns.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

/* What the overview asks for every few seconds, of thousands of models, each with a rollout that lives. */
const MODELS = 5_000;
const [AWAITING, PAUSED_BAKES, OUT] = [30, 20, 40];
const PAGE = 50;
/** A page and what belongs to it, some times over. */
const MOST_READ = 500;

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let dataSource: Awaited<ReturnType<typeof openDataSource>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
  dataSource = await openDataSource(db.url, 2);
  for (const statement of [
    // As wide as models with a policy are: of narrow ones PostgreSQL reads all sooner than some by an index.
    `INSERT INTO model (id, name, salt, "primary", description)
     SELECT md5('m' || i)::uuid, 'model ' || lpad(i::text, 5, '0'), '', 1, (SELECT string_agg(md5(i || ' ' || n), '') FROM generate_series(1, 50) n)
     FROM generate_series(1, ${MODELS}) i`,
    `INSERT INTO version (model_id, version, created_by) SELECT id, v, '' FROM model, generate_series(1, 2) v`,
    `INSERT INTO rollout (id, model_id, version, intent, state, step_index, revision, policy, policy_hash, created_by, decision)
     SELECT md5('r' || i)::uuid, md5('m' || i)::uuid, 2, 'release',
       CASE WHEN i <= ${AWAITING} THEN 'awaiting_approval' WHEN i <= ${AWAITING + PAUSED_BAKES} THEN 'baking' ELSE 'running' END,
       0, 1, '{}', '', '', jsonb_build_object('kind', CASE WHEN i <= ${AWAITING + PAUSED_BAKES} THEN 'pause' ELSE 'hold' END)
     FROM generate_series(1, ${MODELS}) i`,
    // Newer ones that have ended, as of others that were tried meanwhile.
    `INSERT INTO rollout (id, model_id, version, intent, state, step_index, revision, policy, policy_hash, created_by, ended_at)
     SELECT gen_random_uuid(), md5('m' || i % ${MODELS} + 1)::uuid, 2, 'release', 'succeeded', 0, 1, '{}', '', '', now()
     FROM generate_series(1, ${4 * MODELS}) i`,
    `INSERT INTO primary_outage (model_id, version, cause, scope, since, because, gateways, suspected_at, announced_at)
     SELECT md5('m' || i)::uuid, CASE WHEN i % 2 = 0 THEN 1 ELSE 7 END, 'unreachable', 'all', now(), '', '[]', now(), now()
     FROM generate_series(1, ${2 * OUT}) i`,
  ])
    await db.query(statement);
  await db.asOwner('VACUUM ANALYZE');
});
afterAll(async () => {
  await dataSource.destroy();
  await db.close();
});

async function rowsRead(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ n: string }[]>(
    'SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) AS n FROM pg_stat_xact_user_tables',
  );
  return Number(row?.n);
}
/** What it answers, and how many rows of tables PostgreSQL reads for it. */
const reading = <T>(work: (manager: EntityManager) => Promise<T>): Promise<{ found: T; read: number }> =>
  dataSource.transaction(async (manager) => {
    await manager.query('SET LOCAL max_parallel_workers_per_gather = 0');
    const before = await rowsRead(manager);
    const found = await work(manager);
    return { found, read: (await rowsRead(manager)) - before };
  });
const byName = { where: [], orderBy: [{ attribute: 'name', descending: false }], limit: PAGE };

it('a page of live rollouts is the newest of them', async () => {
  const { found, read } = await reading(async (manager) => {
    const page = { pageSize: PAGE, pageToken: null };
    const first = await rolloutStore(manager).list({ live: true }, page);
    return [
      first,
      await rolloutStore(manager).list({ live: true }, { ...page, pageToken: first.nextPageToken }),
    ];
  });
  expect(found.map(({ items }) => items.length)).toEqual([PAGE, PAGE]);
  expect(read).toBeLessThan(MOST_READ);
});

it('those that wait for a person are all of these, and no other', async () => {
  const page = { pageSize: 200, pageToken: null };
  const { found, read } = await reading((manager) =>
    rolloutStore(manager).list({ live: true, needPerson: true }, page),
  );
  expect(found.items.length).toBe(AWAITING + PAUSED_BAKES);
  expect(read).toBeLessThan(MOST_READ);
});

it('models whose primary is out are all of these: an outage of a version that serves no more is none', async () => {
  const { found, read } = await reading((manager) =>
    modelStore(manager, NO_TURNS).search({ ...byName, limit: 200, primaryOut: true }),
  );
  expect(found.items.length).toBe(OUT);
  expect(read).toBeLessThan(2 * MOST_READ);
});

it('a page of models is each with the rollout that is on its way', async () => {
  const { found, read } = await reading(async (manager) => {
    const { items } = await modelStore(manager, NO_TURNS).search(byName);
    return { items, live: await rolloutStore(manager).liveOfModels(items.map(({ id }) => id)) };
  });
  expect([found.items.length, found.live.size]).toEqual([PAGE, PAGE]);
  expect(found.live.get(found.items[0]?.id ?? '')).toMatchObject({ version: 2, state: 'awaiting_approval' });
  expect(read).toBeLessThan(MOST_READ);
});

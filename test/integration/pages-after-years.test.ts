import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { openDataSource } from '#libs/db';
import { deploymentStore } from '../../libs/db/src/deployments/deployment.store.ts';
import { eventStore } from '../../libs/db/src/audit/event.store.ts';
import { NO_TURNS } from '../../libs/db/src/work/turns.ts';
import { groupStore } from '../../libs/db/src/rollouts/group.store.ts';
import { primaryTimes } from '../../libs/db/src/routing/primary-times.ts';
import { rolloutStore } from '../../libs/db/src/rollouts/rollout.store.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

const MODELS = 20;
/** Of all models together, but for events: those of the first model. */
const [ROLLOUTS, RETIRED, EVENTS] = [5_000, 5_000, 20_000];
/** A page and what belongs to it, some times over. */
const MOST_READ = 1_000;
const PAGE = { pageSize: 20, pageToken: null };

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let dataSource: Awaited<ReturnType<typeof openDataSource>>;
const FIRST = `md5('model 0')::uuid`;
let first = '';
beforeAll(async () => {
  db = await freshUnitOfWork();
  dataSource = await openDataSource(db.url, 2);
  for (const statement of [
    `INSERT INTO model (id, name, salt, "primary") SELECT md5('model ' || i)::uuid, 'model ' || i, '', 1 FROM generate_series(0, ${MODELS - 1}) i`,
    `INSERT INTO version (model_id, version, created_by) SELECT id, v, '' FROM model, generate_series(1, ${RETIRED / MODELS}) v`,
    `INSERT INTO rollout (id, model_id, version, intent, state, step_index, revision, policy, policy_hash, created_by, created_at, ended_at)
     SELECT gen_random_uuid(), m.id, 1, 'release', 'succeeded', 1, 1, '{}', '', '', now() - n * interval '1 hour', now() - n * interval '50 minutes'
     FROM model m, generate_series(1, ${ROLLOUTS / MODELS}) n`,
    `INSERT INTO primary_term (id, model_id, version, since, until, good, proven)
     SELECT gen_random_uuid(), m.id, 1 + n % 3, now() - n * interval '50 minutes', now() - n * interval '49 minutes', true, true
     FROM model m, generate_series(1, ${ROLLOUTS / MODELS}) n`,
    `INSERT INTO release_group (id, reason, created_by, created_at)
     SELECT gen_random_uuid(), '', '', now() - n * interval '1 hour' FROM generate_series(1, ${ROLLOUTS}) n`,
    `INSERT INTO deployment (model_id, version, state, updated_at) SELECT model_id, version, 'retired', now() FROM version`,
    `INSERT INTO event (model_id, sequence, type, actor, data, at, hash)
     SELECT m.id, n, 'rollout.judged', '', '{}', now() - (${EVENTS} - n) * interval '1 minute' - interval '100 days' * (m.id = ${FIRST})::int, ''
     FROM model m, generate_series(1, ${EVENTS}) n WHERE m.id = ${FIRST} OR n <= ${EVENTS / MODELS}`,
  ])
    await db.query(statement);
  await db.asOwner('VACUUM ANALYZE');
  [{ first }] = (await db.query<{ first: string }>(`SELECT ${FIRST} AS first`)) as [{ first: string }];
});
afterAll(async () => {
  await dataSource.destroy();
  await db.close();
});

/** Of this session, as far as PostgreSQL has not told others yet: the difference is what lies between. */
async function rowsRead(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ n: string }[]>(
    'SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) AS n FROM pg_stat_xact_user_tables',
  );
  return Number(row?.n);
}

/** How many rows of tables PostgreSQL reads for some work. */
const rowsReadBy = (work: (manager: EntityManager) => Promise<unknown>): Promise<number> =>
  dataSource.transaction(async (manager) => {
    await manager.query('SET LOCAL max_parallel_workers_per_gather = 0');
    const before = await rowsRead(manager);
    await work(manager);
    return (await rowsRead(manager)) - before;
  });

const second = async <T extends { nextPageToken: string | null }>(
  list: (page: { pageSize: number; pageToken: string | null }) => Promise<T>,
): Promise<unknown> => {
  // Some pages in: what is before it is not read again.
  let token: string | null = null;
  for (let n = 0; n < 3; n++) token = (await list({ pageSize: 20, pageToken: token })).nextPageToken;
  expect(token).not.toBeNull();
  return list({ pageSize: 20, pageToken: token });
};

const GROUPS = { live: false, models: null };
const WORK: readonly (readonly [string, (manager: EntityManager) => Promise<unknown>])[] = [
  ['the record of a model', (m) => eventStore(m, NO_TURNS).list(first, PAGE as never)],
  ['its later pages', (m) => second((page) => eventStore(m, NO_TURNS).list(first, page as never) as never)],
  ['the record', (m) => eventStore(m, NO_TURNS).list(null, PAGE as never)],
  ['rollouts of all models', (m) => rolloutStore(m).list({} as never, PAGE as never)],
  ['their later pages', (m) => second((page) => rolloutStore(m).list({} as never, page as never) as never)],
  ['rollouts of a model', (m) => rolloutStore(m).list({ modelId: first } as never, PAGE as never)],
  ['release groups', (m) => groupStore(m).list(GROUPS, PAGE)],
  ['their later pages', (m) => second((page) => groupStore(m).list(GROUPS, page))],
  ['rollouts that have ended', (m) => rolloutStore(m).list({ ended: true }, PAGE as never)],
  [
    'their later pages',
    (m) => second((page) => rolloutStore(m).list({ ended: true }, page as never) as never),
  ],
  ['rollouts of a version', (m) => rolloutStore(m).list({ modelId: first, version: 1 }, PAGE as never)],
  ['when versions were primary', (m) => primaryTimes(m, first, null, PAGE as never)],
  ['later pages of these', (m) => second((page) => primaryTimes(m, first, null, page as never) as never)],
  ['live rollouts', (m) => rolloutStore(m).list({ live: true } as never, PAGE as never)],
  ['deployments that nobody wants', (m) => deploymentStore(m).unwanted()],
  ['deployments by state', (m) => deploymentStore(m).count()],
];

it.each(WORK)('%s: a page reads what it shows, not what years have gathered', async (_what, work) => {
  expect(await rowsReadBy(work)).toBeLessThan(MOST_READ);
});

it('pages of a model’s record are its chain, newest first, each event once', async () => {
  const seen: number[] = [];
  let pageToken: string | null = null;
  do {
    const page = await db.uow.read((stores) =>
      stores.events.list(first, { pageSize: 3_000, pageToken } as never),
    );
    seen.push(...page.items.map(({ sequence }) => sequence));
    pageToken = page.nextPageToken;
  } while (pageToken !== null);
  expect(seen).toEqual(Array.from({ length: EVENTS }, (_, n) => EVENTS - n));
});

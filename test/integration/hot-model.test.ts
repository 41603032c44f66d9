import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApi, type TestApi } from '../support/api.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** Many times what an api's pool has connections. */
const WRITERS = 200;
let api: TestApi;
let outsider: pg.Client;
let server: TestModelServer;
beforeAll(async () => {
  server = await startModelServer((_request, _body, response) => response.end('{}'));
  api = await startApi();
  outsider = new pg.Client({ connectionString: api.databaseUrl });
  await outsider.connect();
  for (const name of ['hot', 'other']) await api.call('POST', '/models', { name });
});
afterAll(async () => {
  await outsider.end();
  await api.close();
  await server.stop();
});

/** Whatever waits in PostgreSQL for what another has locked. */
async function waiting(): Promise<number> {
  const { rows } = await outsider.query<{ waiting: string }>(
    `SELECT count(*) AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return Number(rows[0]?.waiting);
}

type Call = () => ReturnType<TestApi['call']>;

/**
 * Holds what `lock` locks while `hot` is asked for by many, and `others` are asked for behind them, one after the other.
 * @returns what the others were answered while it was held; how many of the many were answered by then; what they were answered afterwards
 */
async function amid(lock: string, hot: (n: number) => ReturnType<TestApi['call']>, others: readonly Call[]) {
  await outsider.query('BEGIN');
  await outsider.query(lock);
  let answered = 0;
  const many = Array.from({ length: WRITERS }, async (_, n) => {
    const { status } = await hot(n);
    answered++;
    return status;
  });
  while ((await waiting()) === 0 && answered === 0) await sleep(10);
  const behind: number[] = [];
  for (const other of others) behind.push((await other()).status);
  const [held, early] = [await waiting(), answered];
  await outsider.query('COMMIT');
  return { behind, held, early, hot: [...new Set(await Promise.all(many))] };
}

const other: readonly Call[] = [
  () => api.call('PATCH', '/models/other', { description: 'written' }),
  () => api.call('GET', '/models/other'),
  () => api.call('GET', '/models/hot'),
  () => api.call('POST', '/models/other/versions', { rollout: false, servingUrl: server.url }),
];
const OTHERS = [200, 200, 200, 201];

it.each<[string, string, (n: number) => ReturnType<TestApi['call']>]>([
  [
    'writers of one model',
    `SELECT 1 FROM model WHERE name = 'hot' FOR UPDATE`,
    (n) => api.call('PATCH', '/models/hot', { description: `written ${n}` }),
  ],
  [
    'versions of a new model',
    `SELECT pg_advisory_xact_lock(74, hashtext('new'))`,
    () =>
      api.call('POST', '/models/new/versions', { createModel: true, rollout: false, servingUrl: server.url }),
  ],
  [
    'changes of the installation',
    'SELECT pg_advisory_xact_lock(7400002)',
    (n) => api.call('POST', '/tokens', { name: `token ${n}`, scopes: ['read'] }),
  ],
])(
  '%s wait for their turn without a connection: whoever wants another model is answered meanwhile',
  async (_what, lock, hot) => {
    const seen = await amid(lock, hot, other);
    expect(seen).toMatchObject({ behind: OTHERS, early: 0 });
    expect(seen.held).toBeLessThanOrEqual(3);
    // Each is done when it is its turn; one that has waited for as long as a statement may is told that nothing was.
    expect(seen.hot.filter((status) => ![200, 201, 503].includes(status))).toEqual([]);
    expect(seen.hot.some((status) => status < 300)).toBe(true);
  },
  120_000,
);

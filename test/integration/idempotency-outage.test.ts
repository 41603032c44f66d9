import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
let owner: pg.Client;
beforeAll(async () => {
  api = await startApi();
  owner = new pg.Client({ connectionString: api.databaseUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await api.close();
});

/** Ends the session that waits for the lock, once one does. */
async function endWhoWaits(): Promise<void> {
  for (;;) {
    const { rowCount } = await owner.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
    );
    if (rowCount) return;
  }
}

it('a request whose session was ended before anything was committed is repeated with its key at once, not after a minute', async () => {
  const create = () =>
    api.call('POST', '/models', { name: 'm' }, undefined, { 'idempotency-key': 'the-same' });
  await owner.query('SELECT pg_advisory_lock(74, hashtext($1))', ['m']);
  const first = create();
  // It is done once more by itself, and that is ended too.
  await endWhoWaits();
  await endWhoWaits();
  expect(await first).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
  await owner.query('SELECT pg_advisory_unlock(74, hashtext($1))', ['m']);
  expect(await create()).toMatchObject({ status: 201, body: { name: 'm' } });
  const replayed = await create();
  expect([replayed.status, replayed.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshUnitOfWork } from '../support/databases/database.ts';

/** Longer than PostgreSQL lets a transaction be idle (data-source.ts). */
const IDLE_MS = 6_000;
let database: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  database = await freshUnitOfWork();
});
afterAll(() => database.close());

const endOpenTransactions = (): Promise<void> =>
  database.asOwner(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
  );

describe('a unit of work whose transaction PostgreSQL ends', () => {
  it.each([
    ['for its length', () => sleep(IDLE_MS)],
    ['at the word of an administrator', endOpenTransactions],
  ])(
    '%s is done again, once',
    async (_why, end) => {
      let times = 0;
      const now = await database.uow.run(async (stores) => {
        await stores.now();
        if (++times === 1) await end();
        return stores.now();
      });
      expect(now).toBeGreaterThan(0);
      expect(times).toBe(2);
    },
    60_000,
  );
});

it('a session whose client was forgotten does not take the place of another one for hours', async () => {
  const [row] = await database.query(`SELECT current_setting('idle_session_timeout') AS most`);
  expect(row).toEqual({ most: '1min' });
});

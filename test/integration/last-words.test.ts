import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openDataSource, typeOrmUnitOfWork } from '#libs/db';
import { databaseFailure, PoolConnections } from '#libs/postgres';
import { type FreshDatabase, freshDatabase } from '../support/databases/database.ts';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';
import { eventually } from '../support/installation.ts';
import { endedBehind } from '../support/databases/last-words.ts';

/** Answers of a new connection and what is then asked on it, and a few more. */
const ANSWERS = Array.from({ length: 9 }, (_, i) => i + 1);

let database: FreshDatabase;
let relay: FaultyRelay;
let url: string;
beforeAll(async () => {
  database = await freshDatabase();
  relay = await startFaultyRelay(Number(new URL(database.url).port));
  const through = new URL(database.url);
  through.port = String(relay.port);
  url = through.href;
});
afterEach(() => relay.loseBy(null));
afterAll(async () => {
  await relay.close();
  await database.drop();
});

/** From now on: the session that gets the nth answer is ended in the same piece. */
function endBehind(nth: number): void {
  relay.loseBy(
    endedBehind(nth, () => {
      setImmediate(() => relay.cut());
    }),
  );
}
const failures = (outcomes: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  outcomes.filter((one) => one.status === 'rejected').map(({ reason }) => databaseFailure(reason));

/** An error of a client that nobody hears ends the process: here, the test. */
describe('a session is ended right behind an answer, and both are read at once', () => {
  it.each(ANSWERS)('a unit of work, the %ith answer', async (nth) => {
    const dataSource = await openDataSource(url, 2);
    try {
      const uow = typeOrmUnitOfWork(dataSource);
      const work = () =>
        uow.run(async (stores) => {
          await stores.now();
          return stores.now();
        });
      relay.cut();
      endBehind(nth);
      const outcomes = await Promise.allSettled([work(), work(), work()]);
      expect(failures(outcomes).every((failure) => failure === 'away')).toBe(true);
      relay.loseBy(null);
      await eventually(
        () => work().catch(() => null),
        (now) => now !== null && now > 0,
      );
    } finally {
      await dataSource.destroy();
    }
  });

  it.each(ANSWERS)('a pool, as BullMQ has one, the %ith answer', async (nth) => {
    const connections = new PoolConnections();
    const options = '-c search_path="public"';
    const pool = new pg.Pool({ connectionString: url, max: 2, options, Client: connections.Client });
    pool.on('error', () => undefined);
    try {
      endBehind(nth);
      const ask = () => pool.query('SELECT 1');
      const outcomes = await Promise.allSettled([ask(), ask(), ask(), ask()]);
      expect(failures(outcomes).every((failure) => failure === 'away')).toBe(true);
      relay.loseBy(null);
      // What is cut may be what was asked on next.
      await eventually(
        () => ask().catch(() => null),
        (answer) => answer?.rowCount === 1,
      );
    } finally {
      await pool.end();
    }
  });

  it('a client that somebody else has made, and does not listen to yet', async () => {
    const client = new pg.Client({ connectionString: url });
    endBehind(1);
    await client.connect();
    await expect(client.query('SELECT 1')).rejects.toThrow();
  });
});

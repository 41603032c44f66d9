import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { DatabaseListener } from '#libs/db';
import { freshDatabase, type FreshDatabase } from '../support/databases/database.ts';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';
import { eventually } from '../support/installation.ts';

let database: FreshDatabase;
let relay: FaultyRelay;
let owner: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  relay = await startFaultyRelay(Number(new URL(database.url).port));
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await relay.close();
  await database.drop();
});

const sessions = async (): Promise<number[]> => {
  const { rows } = await owner.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'understudy-listener'`,
  );
  return rows.map(({ pid }) => pid);
};

it('the session of a connection for notifications that was forgotten ends at the server; the one in its place lives', async () => {
  const url = new URL(database.url);
  url.port = String(relay.port);
  let connected = 0;
  const listener = new DatabaseListener(url.href, { connected: () => connected++, message: () => undefined });
  await listener.start();
  try {
    const before = await sessions();
    relay.mute();
    await eventually(
      () => Promise.resolve(connected),
      (n) => n === 2,
    );
    const both = await sessions();
    expect(both).toEqual(expect.arrayContaining(before));
    const after = await eventually(sessions, (pids) => pids.length === 1);
    expect(after).toEqual(both.filter((pid) => !before.includes(pid)));
    expect(connected).toBe(2);
  } finally {
    await listener.stop();
  }
});

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openDataSource, typeOrmUnitOfWork } from '#libs/db';
import type { UnitOfWork } from '#libs/engine';
import { secretBox } from '#libs/secrets';

export interface FreshDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

const server = (): string => {
  const url = process.env['TEST_SERVER_URL'];
  if (url === undefined) throw new Error('the global setup did not run');
  return url;
};

/** @param url left out: of the server itself */
export async function onServer(sql: string, url = server()): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A database of its own for one test, cloned from the migrated template. @param migrated `false`: with nothing in it */
export async function freshDatabase({ migrated = true } = {}): Promise<FreshDatabase> {
  const name = `understudy_test_${randomBytes(6).toString('hex')}`;
  const template = migrated ? (process.env['TEST_TEMPLATE'] ?? '') : 'template0';
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(server());
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** How often PostgreSQL has ended a transaction of this database for a deadlock; waits until those who used it have left and told. */
export async function deadlocksOf(name: string): Promise<number> {
  const client = new pg.Client({ connectionString: server() });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ connected: number; deadlocks: string }>(
        'SELECT numbackends AS connected, deadlocks FROM pg_stat_database WHERE datname = $1',
        [name],
      );
      if (rows[0]?.connected === 0) return Number(rows[0].deadlocks);
      await sleep(50);
    }
  } finally {
    await client.end();
  }
}

/** The same, opened. */
export async function freshUnitOfWork(): Promise<{
  uow: UnitOfWork;
  url: string;
  query: <T>(sql: string, parameters?: unknown[]) => Promise<T[]>;
  /** What only whoever owns the database may do. */
  asOwner: (sql: string) => Promise<void>;
  close: () => Promise<void>;
}> {
  const database = await freshDatabase();
  const dataSource = await openDataSource(database.url);
  return {
    uow: typeOrmUnitOfWork(dataSource, secretBox([randomBytes(32)])),
    url: database.url,
    query: <T>(sql: string, parameters?: unknown[]) => dataSource.query<T[]>(sql, parameters),
    asOwner: (sql) => onServer(sql, database.url),
    close: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}

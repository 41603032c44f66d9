import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { grantToApplication } from './application-role.ts';
import { dataSourceOptions } from './data-source.ts';
import { pastOldMigrators } from './old-migrators.ts';
import { MIGRATIONS } from '../../../../migrations/index.ts';

/** All that this release knows, in their order. */
export const MIGRATION_NAMES: readonly string[] = MIGRATIONS.map(({ name }) => name);

/** Any number; all processes that migrate agree on it. */
const MIGRATION_LOCK = 7_400_001;
const ASK_AGAIN_MS = 200;

/**
 * Brings the database to this release's schema. Processes that start together wait for each other.
 * @param only to the schema of an earlier release, of which these are the migrations; left out: all
 * @returns the names of the migrations that were run now
 */
export async function migrate(url: string, only?: readonly string[]): Promise<readonly string[]> {
  const dataSource = await new DataSource({
    // Told apart from transactions of work: they hold one lock for all, and keep no order of rows.
    ...dataSourceOptions(url, 2, undefined, 'understudy-migrations'),
    migrations: MIGRATIONS.filter(({ name }) => only?.includes(name) ?? true),
  }).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await takeTurn(lock);
    const run = await pastOldMigrators(lock, MIGRATION_LOCK, () =>
      dataSource.runMigrations({ transaction: 'each' }),
    );
    await grantToApplication((sql) => lock.query(sql));
    return run.map((migration) => migration.name);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await lock.release();
    await dataSource.destroy();
  }
}

/**
 * Asks until nobody else migrates. Who waited within one statement would hold its snapshot, for which an index that is built beside writers waits in turn: neither
 * would ever end.
 */
async function takeTurn(lock: QueryRunner): Promise<void> {
  for (;;) {
    const [row] = (await lock.query('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATION_LOCK])) as {
      taken: boolean;
    }[];
    if (row?.taken === true) return;
    await sleep(ASK_AGAIN_MS);
  }
}

/** SQL that the entities would still need; empty when the migrations and the entities agree. */
export async function schemaDrift(url: string): Promise<readonly string[]> {
  const dataSource = await new DataSource(dataSourceOptions(url, 2)).initialize();
  try {
    const log = await dataSource.driver.createSchemaBuilder().log();
    return log.upQueries.map((query) => query.query);
  } finally {
    await dataSource.destroy();
  }
}

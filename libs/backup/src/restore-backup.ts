import { Readable } from 'node:stream';
import pg from 'pg';
import type { UploadStore } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { copyIn } from '#libs/postgres';
import { BackupReader, type Entry, type Header, keyId } from './format.ts';
import { publishAboveAll } from './new-epoch.ts';
import { migrationsOf, withoutBounds } from './take-backup.ts';
import { listOf, quoted, tablesOf } from './tables.ts';

export interface RestoreTarget {
  readonly databaseUrl: string;
  /** Those that open what is sealed. */
  readonly keys: readonly Buffer[];
  readonly artifacts: Pick<UploadStore, 'put'>;
  /** Migrations that this release knows, in their order. */
  readonly known: readonly string[];
  /** Brings an empty database to the schema of these migrations. */
  readonly migrateTo: (names: readonly string[]) => Promise<unknown>;
}

export interface Restored {
  readonly takenAt: string;
  readonly tables: number;
  readonly artifacts: number;
  /** Models whose route was published anew, above what gateways may know. */
  readonly models: number;
}

/**
 * Restores a backup into an empty database: all of it, or (where it is cut off, changed, or anything fails) no row.
 * @throws DomainError `backup_unreadable`, `backup_of_another_key`, `backup_newer`, `database_in_use`, `database_not_empty`, or what the database or the disk says
 */
export async function restoreBackup(source: AsyncIterable<Buffer>, target: RestoreTarget): Promise<Restored> {
  const reader = new BackupReader(source);
  const head = await reader.begin();
  const key = keyOf(head, target.keys);
  assertKnown(head, target.known);
  const client = new pg.Client({
    connectionString: target.databaseUrl,
    application_name: 'understudy-restore',
    keepAlive: true,
  });
  await client.connect();
  try {
    await withoutBounds(client);
    await assertUnused(client);
    await assertEmpty(client, head);
    await target.migrateTo(head.migrations);
    await client.query('BEGIN');
    const tables = new Map((await tablesOf(client)).map((table) => [table.name, table]));
    // Whoever is started meanwhile writes when the restore is over.
    await client.query(`LOCK TABLE ${[...tables.keys()].map(quoted).join(', ')} IN EXCLUSIVE MODE`);
    await assertEmpty(client, head);
    const counts = { table: 0, sequence: 0, artifact: 0 };
    for (let entry = await reader.entry(); entry !== null; entry = await reader.entry()) {
      await put(client, target, { entry, data: reader.data(), columns: columnsOf(entry, tables) });
      counts[entry.kind]++;
    }
    await reader.assertWhole(key);
    const models = await publishAboveAll(client);
    await client.query('COMMIT');
    return { takenAt: head.takenAt, tables: counts.table, artifacts: counts.artifact, models };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function put(
  client: pg.Client,
  { artifacts }: RestoreTarget,
  {
    entry,
    data,
    columns,
  }: { readonly entry: Entry; readonly data: AsyncGenerator<Buffer>; readonly columns: readonly string[] },
): Promise<void> {
  switch (entry.kind) {
    case 'table':
      return copyIn(client, `COPY ${listOf({ name: entry.table, columns })} FROM STDIN`, data);
    case 'sequence':
      for await (const _ of data);
      await client.query('SELECT setval($1::regclass, $2::bigint, $3)', [
        quoted(entry.sequence),
        entry.value,
        entry.isCalled,
      ]);
      return;
    case 'artifact':
      await artifacts.put(Readable.from(data, { objectMode: true }), entry.digest);
  }
}

/** A backup fills tables that its own schema has, and no others. */
function columnsOf(
  entry: Entry,
  tables: ReadonlyMap<string, { readonly columns: readonly string[] }>,
): readonly string[] {
  if (entry.kind !== 'table') return [];
  const table = tables.get(entry.table);
  if (table && entry.columns.every((column) => table.columns.includes(column))) return entry.columns;
  throw new DomainError(
    'invalid',
    'backup_unreadable',
    `The backup has a table ${entry.table}, or columns of it, that its schema does not have. Nothing of it is kept.`,
  );
}

function keyOf({ key }: Header, keys: readonly Buffer[]): Buffer {
  const own = keys.find((one) => keyId(one) === key);
  if (own) return own;
  throw new DomainError(
    'invalid',
    'backup_of_another_key',
    `The backup belongs to the key ${key}, and the key here is ${keys.map(keyId).join(', ') || 'missing'}. Put the secrets.key of that installation into UNDERSTUDY_HOME, or its SECRETS_KEY into the settings: what is sealed in the backup cannot be opened without it. Nothing was done.`,
  );
}

function assertKnown({ migrations }: Header, known: readonly string[]): void {
  const foreign = migrations.filter((name) => !known.includes(name));
  if (foreign.length === 0) return;
  throw new DomainError(
    'invalid',
    'backup_newer',
    `The backup is of a newer release: this one does not know ${foreign.join(', ')}. Restore it with that release, or a newer one. Nothing was done.`,
  );
}

/** Nobody of ours is connected: what an api or a worker notes of itself would be among what is restored. @throws DomainError */
async function assertUnused(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; count: number }>(
    `SELECT application_name AS name, count(*)::int FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'understudy%' GROUP BY 1 ORDER BY 1`,
  );
  if (rows.length === 0) return;
  const who = rows.map(({ name, count }) => `${name} (${count})`).join(', ');
  throw new DomainError(
    'conflict',
    'database_in_use',
    `Processes of Understudy are connected to this database: ${who}. Stop every api and worker of it, then restore. Nothing was done.`,
  );
}

/** No row in any table, and no newer schema than the backup's. @throws DomainError */
async function assertEmpty(client: pg.Client, { migrations }: Header): Promise<void> {
  const run = await migrationsOf(client);
  const newer = run.filter((name) => !migrations.includes(name));
  const full: string[] = [];
  if (run.length > 0)
    for (const { name } of await tablesOf(client)) {
      const { rowCount } = await client.query(`SELECT 1 FROM ${quoted(name)} LIMIT 1`);
      if (rowCount !== 0) full.push(name);
    }
  if (full.length === 0 && newer.length === 0) return;
  const why =
    full.length > 0
      ? `there are rows in ${full.slice(0, 5).join(', ')}${full.length > 5 ? ` and ${full.length - 5} more tables` : ''}`
      : `its schema is newer (${newer.join(', ')})`;
  throw new DomainError(
    'conflict',
    'database_not_empty',
    `A backup is restored into an empty database only, and this one is not: ${why}. Name another UNDERSTUDY_HOME, or another database in DATABASE_URL. Nothing was done.`,
  );
}

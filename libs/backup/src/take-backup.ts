import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { DomainError } from '#libs/kernel';
import { copyOut } from '#libs/postgres';
import { BackupWriter, keyId } from './format.ts';
import { listOf, sequencesOf, tablesOf } from './tables.ts';

export interface BackupSource {
  readonly databaseUrl: string;
  /** The key that seals now: the backup belongs to it. */
  readonly key: Buffer;
  /** Where uploaded artifacts are; `null`: they are kept elsewhere, and not in the backup. */
  readonly artifactFolder: string | null;
}

/** What a backup holds. */
export interface Taken {
  readonly tables: number;
  readonly artifacts: number;
  readonly bytes: number;
}

/**
 * A backup as a stream, of one moment (a REPEATABLE READ transaction), while everything runs; a few megabytes of memory, however much it is.
 * @returns (of the generator) what it holds
 * @throws DomainError `schema_missing` for a database that is none of ours, `artifacts_unreadable`, `artifact_damaged`
 */
export async function* takeBackup(source: BackupSource): AsyncGenerator<Buffer, Taken> {
  const client = new pg.Client({
    connectionString: source.databaseUrl,
    application_name: 'understudy-backup',
    keepAlive: true,
  });
  await client.connect();
  await withoutBounds(client);
  const writer = new BackupWriter(source.key);
  let bytes = 0;
  const counted = (chunk: Buffer): Buffer => {
    bytes += chunk.length;
    return chunk;
  };
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const migrations = await migrationsOf(client);
    if (migrations.length === 0)
      throw new DomainError('invalid', 'schema_missing', 'This database holds nothing of Understudy.');
    const { rows } = await client.query<{ at: Date }>('SELECT clock_timestamp() AS at');
    const takenAt = rows[0]?.at.toISOString() ?? '';
    yield counted(writer.begin({ takenAt, key: keyId(source.key), migrations: [...migrations] }));
    const tables = await tablesOf(client);
    for (const table of tables) {
      yield counted(writer.beginEntry({ kind: 'table', table: table.name, columns: [...table.columns] }));
      for await (const chunk of copyOut(client, `COPY ${listOf(table)} TO STDOUT`))
        for (const block of writer.data(chunk)) yield counted(block);
      yield counted(writer.endEntry().block);
    }
    for (const { name, value, isCalled } of await sequencesOf(client)) {
      yield counted(writer.beginEntry({ kind: 'sequence', sequence: name, value, isCalled }));
      yield counted(writer.endEntry().block);
    }
    await client.query('COMMIT');
    let artifacts = 0;
    for await (const { digest, file } of storedArtifacts(source.artifactFolder)) {
      yield counted(writer.beginEntry({ kind: 'artifact', digest }));
      for await (const chunk of createReadStream(file))
        for (const block of writer.data(chunk as Buffer)) yield counted(block);
      const { block, sha256 } = writer.endEntry();
      if (`sha256:${sha256}` !== digest)
        throw new DomainError(
          'invalid',
          'artifact_damaged',
          `The artifact ${file} is not what its name says: its digest is ${sha256}. Upload it again, or move it away; then take the backup.`,
        );
      yield counted(block);
      artifacts++;
    }
    yield counted(writer.end());
    return { tables: tables.length, artifacts, bytes };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A copy takes as long as its reader, or its disk, does: what an operator allows a statement or a transaction is meant for others. */
export async function withoutBounds(client: pg.Client): Promise<void> {
  await client.query(
    `SELECT set_config(name, '0', false) FROM pg_settings
     WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout', 'idle_session_timeout')`,
  );
}

/** Those that were run, in their order; none: it is no database of ours. */
export async function migrationsOf(client: pg.Client): Promise<readonly string[]> {
  const { rows: there } = await client.query<{ is: boolean }>(
    `SELECT to_regclass('migrations') IS NOT NULL AS is`,
  );
  if (there[0]?.is !== true) return [];
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
  return rows.map(({ name }) => name);
}

/** Complete uploads: `sha256/<2>/<64>`. Those that are removed meanwhile, since no version names them, are left out. */
async function* storedArtifacts(folder: string | null): AsyncGenerator<{ digest: string; file: string }> {
  if (folder === null) return;
  const root = path.join(folder, 'sha256');
  for (const part of await namesIn(root))
    for (const hex of await namesIn(path.join(root, part))) {
      const file = path.join(root, part, hex);
      if (/^[0-9a-f]{64}$/.test(hex) && (await isThere(file))) yield { digest: `sha256:${hex}`, file };
    }
}

/** @returns none where there is no such folder: nothing was uploaded yet */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw unreadable(folder, error);
  }
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw unreadable(file, error);
    },
  );

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** A backup that leaves out what it cannot read is none. */
const unreadable = (where: string, error: unknown): DomainError =>
  new DomainError(
    'unavailable',
    'artifacts_unreadable',
    `Uploaded artifacts cannot be read: ${where} (${(error as NodeJS.ErrnoException).code ?? 'unknown'}). Let this user read them, or take the backup --without-artifacts. No backup was written.`,
  );

import 'reflect-metadata';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { ArtifactStore } from '#libs/artifacts';
import { publishAboveAll, restoreBackup, takeBackup } from '#libs/backup';
import { type Config, loadProcessConfig } from '#libs/config';
import { migrate, MIGRATION_NAMES } from '#libs/db';
import { DomainError } from '#libs/kernel';
import { runProcess } from '#libs/observe';
import { existingSecretKeys, secretKeys } from '#libs/secrets';
import { withDatabase } from '../with-database.ts';
import { writeBackup } from './backup-file.ts';

/*
 * `understudy backup FILE`, `understudy restore FILE`, `understudy new-epoch`: on the machine that has the data folder, or reaches
 * DATABASE_URL (docs/guides/backup.md).
 */

const USAGE = `Say one of:
  understudy backup <file> [--without-artifacts]   while everything runs; - is standard output
  understudy restore <file>                        into an empty UNDERSTUDY_HOME or DATABASE_URL; - is standard input
  understudy new-epoch                             after PostgreSQL's own tools have restored the database of DATABASE_URL`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

runProcess('backup', async () => {
  const [command = '', ...words] = process.argv.slice(2);
  const options = words.filter((word) => word.startsWith('--'));
  const [file] = words.filter((word) => !word.startsWith('--'));
  const config = loadProcessConfig();
  if (command === 'backup' && file !== undefined && options.every((one) => one === '--without-artifacts'))
    await backup(config, file, options.length === 0);
  else if (command === 'restore' && file !== undefined && options.length === 0) await restore(config, file);
  else if (command === 'new-epoch' && words.length === 0) await newEpoch(config);
  else throw new DomainError('invalid', 'usage', USAGE);
  process.exit(0);
});

async function backup(config: Config, file: string, withArtifacts: boolean): Promise<void> {
  await withDatabase(config, 'found', async (databaseUrl) => {
    const [key] =
      config.secretsKeys === null
        ? existingSecretKeys(config.home)
        : secretKeys(config.secretsKeys, config.home);
    if (!key) throw new Error('there is no key');
    const artifactFolder = withArtifacts ? config.artifactFolder : null;
    const taken = await writeBackup(file, takeBackup({ databaseUrl, key, artifactFolder }));
    say(
      `Backup written to ${file}: ${taken.tables} tables, ${taken.artifacts} artifacts, ${taken.bytes} bytes.`,
    );
  });
  if (config.secretsKeys === null)
    say(
      `Keep ${path.join(config.home, 'secrets.key')} too, apart from it: without that key the backup cannot be restored.`,
    );
}

async function restore(config: Config, file: string): Promise<void> {
  const keys =
    config.secretsKeys === null
      ? existingSecretKeys(config.home)
      : secretKeys(config.secretsKeys, config.home);
  const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1024 * 1024 });
  await withDatabase(config, 'made', async (databaseUrl) => {
    const restored = await restoreBackup(source as AsyncIterable<Buffer>, {
      databaseUrl,
      keys,
      artifacts: new ArtifactStore(config.artifactFolder, Number.MAX_SAFE_INTEGER),
      known: MIGRATION_NAMES,
      migrateTo: (names) => migrate(databaseUrl, names),
    }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' || error.code === 'EACCES'
        ? new DomainError('invalid', 'backup_unreadable', `${file} cannot be read (${error.code}).`)
        : error;
    });
    await migrate(databaseUrl);
    say(
      `Restored what was so at ${restored.takenAt}: ${restored.tables} tables, ${restored.artifacts} artifacts. The routes of ${restored.models} models were published anew, above what gateways may know. Start Understudy.`,
    );
  });
}

async function newEpoch(config: Config): Promise<void> {
  await withDatabase(config, 'found', async (databaseUrl) => {
    const client = new pg.Client({ connectionString: databaseUrl, application_name: 'understudy-restore' });
    await client.connect();
    try {
      await client.query('BEGIN');
      const models = await publishAboveAll(client);
      await client.query('COMMIT');
      say(`The routes of ${models} models were published anew, above what gateways may know.`);
    } finally {
      await client.end();
    }
  });
}

import 'reflect-metadata';
import pg from 'pg';
import { withoutBounds } from '#libs/backup';
import { type Config, loadProcessConfig } from '#libs/config';
import { openDataSource, typeOrmUnitOfWork } from '#libs/db';
import { verifyAudit } from '#libs/engine';
import {
  detachNext,
  exportKey,
  makeExport,
  openPlace,
  publicKeyText,
  verifyExports,
} from '#libs/event-exports';
import { DomainError, parseDuration } from '#libs/kernel';
import { runProcess } from '#libs/observe';
import { existingSecretKeys, secretBox, secretKeys } from '#libs/secrets';
import { withDatabase } from '../with-database.ts';

/*
 * `understudy audit export PLACE`, `understudy audit detach PLACE`, `understudy audit verify --exports PLACE`: on the machine that has
 * the data folder, or reaches DATABASE_URL as the owner of its tables (docs/guides/retention.md).
 */

const DAY_MS = 86_400_000;
/** Younger events stay: feedback may be 30 days late, and a rollout is looked at for as long. */
const YOUNGEST_DAYS = 31;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const usage = (detail: string): DomainError => new DomainError('invalid', 'usage', detail);

runProcess('exports', async () => {
  const [command = '', place = '', ...words] = process.argv.slice(2);
  const config = loadProcessConfig();
  if (place === '') throw usage('Name the folder of the exports, or s3://bucket/prefix.');
  // Said before the database is opened.
  openPlace(place, config.exportS3);
  if (command === 'export') await exportEvents(config, place, words);
  else if (command === 'detach') await detach(config, place);
  else if (command === 'verify') await verify(config, place);
  else throw usage('Say export, detach or verify.');
  process.exit(0);
});

async function exportEvents(config: Config, where: string, words: readonly string[]): Promise<void> {
  const [olderThan = '366d', most = '100000', runs = '1'] = words;
  const olderMs = parseDuration(olderThan);
  if (olderMs === null || olderMs < YOUNGEST_DAYS * DAY_MS)
    throw usage(`--older-than is ${olderThan}. Use a duration of ${YOUNGEST_DAYS}d or more.`);
  await withRecord(config, async (client, key) => {
    const before = (await timeOf(client)) - olderMs;
    const place = openPlace(where, config.exportS3);
    for (let run = 0; run < count(runs, '--runs', 1_000_000); run++) {
      const done = await makeExport(client, { place, key, before, most: count(most, '--most', 10_000_000) });
      if (done.file === null) say('There is no more that is old enough.');
      else
        say(
          `${done.file}: ${done.events} events of ${done.chains} chains${done.takenUp ? ', written by a run that was ended, and noted now' : ''}.`,
        );
      if (done.heldBack.length > 0)
        say(
          `Kept back by a rollout that has not ended, or an event that waits for a subscription: ${named(done.heldBack)}.`,
        );
      if (!done.more) break;
    }
    say(
      `They are signed with the key ${publicKeyText(key)}: keep it, and the files, apart from the database.`,
    );
  });
}

async function detach(config: Config, where: string): Promise<void> {
  await withRecord(config, async (client, key) => {
    const before = (await timeOf(client)) - YOUNGEST_DAYS * DAY_MS;
    const done = await detachNext(client, openPlace(where, config.exportS3), key, before);
    say(
      done === null
        ? 'No export is left to detach.'
        : `${done.file}: ${done.deleted} events have left the database; ${done.kept} stay, which are asked for at any age. Run it again for the next file.`,
    );
  });
}

async function verify(config: Config, where: string): Promise<void> {
  await withRecord(config, async (client, key, databaseUrl) => {
    const files = await verifyExports(client, openPlace(where, config.exportS3), key);
    const dataSource = await openDataSource(databaseUrl, 2);
    const here = await verifyAudit(typeOrmUnitOfWork(dataSource), null).finally(() => dataSource.destroy());
    const breaks = [
      ...files.breaks.map(({ file, because }) => `${file}: ${because}`),
      ...here.breaks.map(
        ({ model, sequence, because }) => `${model || 'the installation'} ${sequence}: ${because}`,
      ),
    ];
    const [first] = files.unknown;
    if (first !== undefined)
      say(
        `${first} is newer than what the database has noted: an export that was ended (the next one takes it up), or the database is older than it.`,
      );
    say(
      `${files.events} events in ${files.exports} files, ${here.events} in the database, ${here.models} chains: ${breaks.length === 0 ? 'intact' : 'CHANGED'}`,
    );
    if (breaks.length > 0)
      throw new DomainError(
        'conflict',
        'record_changed',
        `The record was changed:\n${breaks.map((one) => `  ${one}`).join('\n')}`,
      );
  });
}

/** The database's clock. */
async function timeOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return rows[0]?.now.getTime() ?? 0;
}

/** A connection as whoever owns the tables, without bounds, and the key that signs. */
async function withRecord(
  config: Config,
  work: (client: pg.Client, key: Awaited<ReturnType<typeof exportKey>>, url: string) => Promise<void>,
): Promise<void> {
  const keys =
    config.secretsKeys === null
      ? existingSecretKeys(config.home)
      : secretKeys(config.secretsKeys, config.home);
  await withDatabase(config, 'found', async (url) => {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'understudy-exports',
      keepAlive: true,
    });
    await client.connect();
    try {
      await withoutBounds(client);
      await work(client, await exportKey(client, secretBox(keys)), url);
    } finally {
      await client.end().catch(() => undefined);
    }
  });
}

function count(text: string, option: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw usage(`${option} is ${text}. Use 1 to ${most}.`);
  return value;
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => name || 'the installation');
  return shown.join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '#libs/config';
import { runningPostgres, startEmbeddedPostgres } from '#libs/embedded-postgres';
import { DomainError } from '#libs/kernel';
import { lockHome } from './home-lock.ts';

/**
 * DATABASE_URL, or the database of the data folder, which is started where it does not run.
 * @param embedded `found`: of a data folder that has one; `made`: of one that is empty, where nothing runs
 */
export async function withDatabase(
  { databaseUrl, home }: Config,
  embedded: 'found' | 'made',
  work: (url: string) => Promise<void>,
): Promise<void> {
  if (databaseUrl !== null) return work(databaseUrl);
  if (embedded === 'found' && !existsSync(path.join(home, 'postgres.json')))
    throw new DomainError(
      'not_found',
      'no_database',
      `There is no database in ${home}. Set UNDERSTUDY_HOME to the data folder, or DATABASE_URL.`,
    );
  const running = embedded === 'found' ? await runningPostgres(home) : null;
  if (running !== null) return work(running);
  const unlock = lockHome(home);
  try {
    const postgres = await startEmbeddedPostgres(home);
    try {
      await work(postgres.url);
    } finally {
      await postgres.stop();
    }
  } finally {
    unlock();
  }
}

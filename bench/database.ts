import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '#libs/db';
import { type RunningPostgres, startEmbeddedPostgres } from '#libs/embedded-postgres';

const TEMPLATE = 'understudy_bench_template';

/** A PostgreSQL of this benchmark's own, from which the test helpers make their databases. */
export async function startBenchDatabase(): Promise<RunningPostgres> {
  const postgres = await startEmbeddedPostgres(await mkdtemp(path.join(tmpdir(), 'understudy-bench-')));
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  const template = new URL(postgres.url);
  template.pathname = `/${TEMPLATE}`;
  await migrate(template.href);
  process.env['TEST_SERVER_URL'] = postgres.url;
  process.env['TEST_TEMPLATE'] = TEMPLATE;
  return postgres;
}

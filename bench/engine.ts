import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '#libs/db';
import { startEmbeddedPostgres } from '#libs/embedded-postgres';
import { printFigures } from './figure.ts';
import { rollbackToGateways } from './rollback-to-gateways.ts';

const ROUNDS = 120;
const TEMPLATE = 'understudy_bench_template';
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const postgres = await startEmbeddedPostgres(await mkdtemp(path.join(tmpdir(), 'understudy-bench-')));
try {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  const template = new URL(postgres.url);
  template.pathname = `/${TEMPLATE}`;
  await migrate(template.href);
  process.env['TEST_SERVER_URL'] = postgres.url;
  process.env['TEST_TEMPLATE'] = TEMPLATE;
  say(`engine: ${ROUNDS} rollbacks, api, worker and three gateways on this machine`);
  printFigures(await rollbackToGateways(ROUNDS, say), say);
} finally {
  await postgres.destroy();
}

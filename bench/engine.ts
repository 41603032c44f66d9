import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '#libs/db';
import { startEmbeddedPostgres } from '#libs/embedded-postgres';
import { type Figure, printFigures } from './figure.ts';
import { liveRollouts } from './live-rollouts.ts';
import { rollbackToGateways } from './rollback-to-gateways.ts';

const ROUNDS = 120;
const LIVE_ROLLOUTS = 10_000;
const MEASURED_SECONDS = 20;
const TEMPLATE = 'understudy_bench_template';
/** `npm run bench -- engine [rollback|live]` */
const [, , , part] = process.argv;
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
  const figures: Figure[] = [];
  if (part !== 'live') {
    say(`engine: ${ROUNDS} rollbacks, api, worker and three gateways on this machine`);
    figures.push(...(await rollbackToGateways(ROUNDS, say)));
  }
  if (part !== 'rollback') {
    say(`engine: ${LIVE_ROLLOUTS} live rollouts, one worker`);
    figures.push(...(await liveRollouts(LIVE_ROLLOUTS, MEASURED_SECONDS, postgres.pid, say)));
  }
  printFigures(figures, say);
} finally {
  await postgres.destroy();
}

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { recordLocksOfProcesses } from './lock-order/in-processes.mjs';
import { packProcesses } from './packed/pack-processes.mjs';

/** One PostgreSQL for all tests: the one of DATABASE_URL, or an embedded one that ends with the run. */
export default async function globalSetup() {
  const { startEmbeddedPostgres } = await import('../../dist/libs/embedded-postgres/src/index.js');
  const { migrate } = await import('../../dist/libs/db/src/index.js');
  await recordLocksOfProcesses();
  const packed = await packProcesses();
  if (packed) process.env.PACKED_PROCESSES = packed;
  let server = process.env.DATABASE_URL;
  if (!server) {
    const postgres = await startEmbeddedPostgres(await mkdtemp(path.join(tmpdir(), 'understudy-test-')));
    globalThis.understudyPostgres = postgres;
    server = postgres.url;
  }
  const template = `understudy_template_${process.pid}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`CREATE DATABASE ${template}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${template}`;
  await migrate(url.href);
  process.env.TEST_SERVER_URL = server;
  process.env.TEST_TEMPLATE = template;
}

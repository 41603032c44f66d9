import pg from 'pg';
import { assertLocksInOrder } from './lock-order/in-processes.mjs';

export default async function globalTeardown() {
  await endServer();
  await assertLocksInOrder();
}

async function endServer() {
  if (globalThis.understudyPostgres) {
    await globalThis.understudyPostgres.destroy();
    return;
  }
  const client = new pg.Client({ connectionString: process.env.TEST_SERVER_URL });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${process.env.TEST_TEMPLATE} WITH (FORCE)`);
  await client.end();
}

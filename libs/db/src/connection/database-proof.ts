import pg from 'pg';
import { CONNECTION_BOUNDS, PoolConnections, STATEMENT_MS } from '#libs/postgres';
import { DomainError } from '#libs/kernel';
import { APPLICATION_ROLE, hasApplicationRole } from './application-role.ts';
import { sessionSetUp } from './data-source.ts';
import { type DatabaseProof, databaseProblem, pooledProblem } from './database-problems.ts';
import { ListeningConnection } from './listening-connection.ts';

/** There is no such prepared statement; there is one already, of somebody else. */
const NOT_OURS = ['26000', '42P05'];
const PREPARED = { name: 'understudy-proof', text: 'SELECT 1 AS one' };
/** Nobody else listens there. */
const PROOF_CHANNEL = 'understudy_proof';

/**
 * Proves at boot what we need of our connections: a version we know, that may write, on which a session stays (its
 * role, settings and prepared statements), and on which notifications are heard.
 * @throws DomainError (`database_…`) with what to do about it in one sentence
 */
export async function assertDatabaseServes(url: string): Promise<void> {
  const wantedRole = (await hasApplicationRole(url)) ? APPLICATION_ROLE : null;
  const { Client } = new PoolConnections(sessionSetUp(wantedRole !== null));
  const open = (): pg.Client => {
    const client = new Client({ ...CONNECTION_BOUNDS, connectionString: url });
    client.on('error', () => undefined); // what is asked fails with it
    return client;
  };
  const [one, other] = [open(), open()];
  try {
    await one.connect();
    await other.connect();
    const problem = databaseProblem({ ...(await look(one, other)), wantedRole });
    if (problem !== null) throw problem;
  } catch (error) {
    // PgBouncer of single statements says so when it is asked for a transaction.
    throw /pooling mode/.test((error as Error).message) ? pooledProblem() : error;
  } finally {
    await Promise.all([one, other].map((client) => client.end().catch(() => undefined)));
  }
  await assertHeard(url);
}

async function look(one: pg.Client, other: pg.Client): Promise<Omit<DatabaseProof, 'wantedRole'>> {
  const server = async (client: pg.Client): Promise<number> =>
    (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;
  const before = await server(one);
  let keepsPrepared = await isPrepared(one);
  // A pooler of transactions gives the other one what the first has just left.
  await other.query('BEGIN');
  try {
    await server(other);
    const { rows } = await one.query<{ version: number; ro: string; role: string; ms: string; pid: number }>(
      `SELECT current_setting('server_version_num')::int AS version, current_setting('transaction_read_only') AS ro,
         current_user AS role, (SELECT setting FROM pg_settings WHERE name = 'statement_timeout') AS ms, pg_backend_pid() AS pid`,
    );
    keepsPrepared &&= await isPrepared(one);
    const found = rows[0];
    return {
      version: found?.version ?? 0,
      isReadOnly: found?.ro === 'on',
      keepsSession: found?.pid === before,
      keepsPrepared,
      role: found?.role ?? '',
      statementMs: Number(found?.ms),
      wantedStatementMs: STATEMENT_MS,
    };
  } finally {
    await other.query('ROLLBACK');
  }
}

async function isPrepared(client: pg.Client): Promise<boolean> {
  try {
    await client.query(PREPARED);
    return true;
  } catch (error) {
    if (NOT_OURS.includes(String((error as { code?: unknown }).code))) return false;
    throw error;
  }
}

async function assertHeard(url: string): Promise<void> {
  try {
    const quiet = { message: () => undefined, ended: () => undefined };
    await (await ListeningConnection.open(url, PROOF_CHANNEL, quiet)).close();
  } catch (error) {
    throw new DomainError(
      'unavailable',
      'database_not_heard',
      `A connection to DATABASE_URL does not hear what it tells itself by NOTIFY (${(error as Error).message}). Name PostgreSQL itself in DATABASE_URL, or a pooler that keeps sessions.`,
    );
  }
}

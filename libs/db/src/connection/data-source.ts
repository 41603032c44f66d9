import 'reflect-metadata';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { CONNECT_MS, CONNECTION_BOUNDS, PoolConnections, STATEMENT_MS } from '#libs/postgres';
import { APPLICATION_ROLE, hasApplicationRole } from './application-role.ts';
import { followConnections } from './drop-connections.ts';
import { ENTITIES } from '../all-entities.ts';

/**
 * A process that hangs in the middle of a transaction must not keep a model locked: PostgreSQL ends
 * the transaction for it. Ours never wait for anything but the database.
 */
const IDLE_IN_TRANSACTION_MS = 5_000;

/**
 * Pools give up what is idle for ten seconds: a session that is idle for longer was forgotten, by a firewall or with its process, and would take the place
 * of another one for hours.
 */
const IDLE_MS = 60_000;

const inTransactionBound = `SET idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`;

/** How every process opens the database. Migrations are run by `migrate` only. */
export function dataSourceOptions(
  url: string,
  poolSize = 10,
  connections = new PoolConnections(inTransactionBound),
  applicationName = 'understudy',
): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: [...ENTITIES],
    synchronize: false,
    poolSize,
    connectTimeoutMS: CONNECT_MS,
    applicationName,
    // Statements of a transaction may be sent before the one before is answered (statement.ts).
    extra: { pipeline: true, keepAlive: true, Client: connections.Client },
  };
}

/** What a connection of ours is told first: `isApplication`, to act as the role that cannot change the record. */
export function sessionSetUp(isApplication: boolean): string {
  const role = isApplication ? [`SET ROLE ${APPLICATION_ROLE}`] : [];
  const bounds = [`SET statement_timeout = ${STATEMENT_MS}`, `SET idle_session_timeout = ${IDLE_MS}`];
  return [inTransactionBound, ...bounds, ...role].join('; ');
}

/**
 * Opens the database as the application's role, which cannot change the record, where there is one. No statement
 * may take longer than `STATEMENT_MS`, and no connection is waited for beyond that.
 */
export async function openDataSource(url: string, poolSize?: number): Promise<DataSource> {
  const connections = new PoolConnections(sessionSetUp(await hasApplicationRole(url)));
  const { extra, ...options } = dataSourceOptions(url, poolSize, connections);
  const dataSource = await new DataSource({
    ...options,
    extra: { ...extra, ...CONNECTION_BOUNDS },
  } as DataSourceOptions).initialize();
  followConnections(dataSource, connections);
  return dataSource;
}

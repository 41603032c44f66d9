import 'reflect-metadata';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { CONNECT_MS, CONNECTION_BOUNDS, PoolConnections, STATEMENT_MS } from '#libs/postgres';
import { APPLICATION_ROLE, hasApplicationRole } from './application-role.ts';
import { followConnections } from './drop-connections.ts';
import { ENTITIES } from './entities/index.ts';

/**
 * A process that hangs in the middle of a transaction must not keep a model locked: PostgreSQL ends
 * the transaction for it. Ours never wait for anything but the database.
 */
const IDLE_IN_TRANSACTION_MS = 5_000;

/** How every process opens the database. Migrations are run by `migrate` only. */
export function dataSourceOptions(url: string, poolSize = 10): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: [...ENTITIES],
    synchronize: false,
    poolSize,
    connectTimeoutMS: CONNECT_MS,
    applicationName: 'understudy',
    // Statements of a transaction may be sent before the one before is answered (statement.ts).
    extra: { pipeline: true, keepAlive: true, idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS },
  };
}

/**
 * Opens the database as the application's role, which cannot change the record, where there is one. No statement
 * may take longer than `STATEMENT_MS`, and no connection is waited for beyond that.
 */
export async function openDataSource(url: string, poolSize?: number): Promise<DataSource> {
  const { extra, ...options } = dataSourceOptions(url, poolSize);
  const role = (await hasApplicationRole(url)) ? { options: `-c role=${APPLICATION_ROLE}` } : {};
  const connections = new PoolConnections();
  const bounds = { ...CONNECTION_BOUNDS, statement_timeout: STATEMENT_MS };
  const dataSource = await new DataSource({
    ...options,
    extra: { ...extra, ...bounds, ...role, Client: connections.Client },
  } as DataSourceOptions).initialize();
  followConnections(dataSource, connections);
  return dataSource;
}

import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PoolConnections } from '#libs/postgres';

const known = new WeakMap<DataSource, PoolConnections>();

export function followConnections(dataSource: DataSource, connections: PoolConnections): void {
  known.set(dataSource, connections);
  connections.follow((dataSource.driver as unknown as { master: Pool }).master);
}

/** Nothing is asked on a connection that there is now, but for what is under way: new ones are made. */
export function dropConnections(dataSource: DataSource): void {
  known.get(dataSource)?.drop();
}

import type { EntityManager } from 'typeorm';
import type { Pool, PoolClient } from 'pg';

/**
 * Asks with a statement that PostgreSQL prepares once for each connection, past TypeORM's query
 * building: for what is asked on every request. Within a transaction it is asked there.
 * @param name of the statement, one for each text; `null`: not prepared, for texts that vary
 * @param text SQL whose columns are named as the rows' properties
 */
export async function ask<T extends object>(
  manager: EntityManager,
  name: string | null,
  text: string,
  values: readonly unknown[],
): Promise<T[]> {
  const query = { ...(name === null ? {} : { name }), text, values: [...values] };
  const runner = manager.queryRunner;
  const client = runner
    ? ((await runner.connect()) as PoolClient)
    : (manager.connection.driver as unknown as { master: Pool }).master;
  return (await client.query<T>(query)).rows;
}

import type { EntityManager } from 'typeorm';
import type { Pool, PoolClient } from 'pg';

/** Prepare by the text itself: for texts that are put together, of which there are not many. */
export const BY_TEXT = Symbol('by text');
/** Each connection keeps what it has prepared; what comes after so many texts is not prepared. */
const MOST_TEXTS = 200;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST_TEXTS) return known;
  const name = `text-${names.size}`;
  names.set(text, name);
  return name;
}

/**
 * Asks with a statement that PostgreSQL prepares once for each connection, past TypeORM's query
 * building: for what is asked on every request. Within a transaction it is asked there.
 * @param name of the statement, one for each text; `null`: not prepared, for texts that vary
 * @param text SQL whose columns are named as the rows' properties
 */
export async function ask<T extends object>(
  manager: EntityManager,
  name: string | typeof BY_TEXT | null,
  text: string,
  values: readonly unknown[],
): Promise<T[]> {
  const prepared = name === BY_TEXT ? nameOf(text) : (name ?? undefined);
  const query = { ...(prepared === undefined ? {} : { name: prepared }), text, values: [...values] };
  const runner = manager.queryRunner;
  const client = runner
    ? ((await runner.connect()) as PoolClient)
    : (manager.connection.driver as unknown as { master: Pool }).master;
  return (await client.query<T>(query)).rows;
}

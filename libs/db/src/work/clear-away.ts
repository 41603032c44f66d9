/** Something that asks PostgreSQL: a connection's or a transaction's. */
interface Asks {
  query<T>(sql: string, parameters?: unknown[]): Promise<T>;
}

/** Rows that one call clears away, so that nobody waits for it. */
const CLEARED_AT_ONCE = 5_000;

/**
 * SQL of the time, read once for the whole statement. `clock_timestamp()` by itself may be another time for each row, so that PostgreSQL
 * compares every row with it and uses no index.
 */
export const NOW = '(SELECT clock_timestamp())';

/**
 * Deletes what nobody needs any more. It never waits: rows that somebody else holds are left to the next call, so that
 * no order of locks matters to it.
 * @param condition that an index answers, SQL over the table's columns, with `$1` … for `values`
 * @returns how many rows are gone
 */
export async function clearAway(
  place: Asks,
  table: string,
  condition: string,
  values: readonly unknown[] = [],
  most = CLEARED_AT_ONCE,
): Promise<number> {
  const [, count] = await place.query<[unknown[], number]>(
    `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${Math.round(most)} FOR UPDATE SKIP LOCKED))`,
    [...values],
  );
  return count;
}

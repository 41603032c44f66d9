import type { QueryRunner } from 'typeorm';

/**
 * Builds an index while processes of the release before go on writing to its table; a plain CREATE INDEX has them wait until it is built. Only for migrations of
 * `transaction = false`. It may be done again: where it was cut off, it has left an index that answers nothing.
 * @param rest columns and condition
 */
export async function buildIndexMeanwhile(
  runner: QueryRunner,
  name: string,
  table: string,
  rest: string,
): Promise<void> {
  const cutOff: unknown = await runner.query(
    `SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('"${name}"') AND NOT indisvalid`,
  );
  if (Array.isArray(cutOff) && cutOff.length > 0)
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS "${name}"`);
  await runner.query(`CREATE INDEX CONCURRENTLY IF NOT EXISTS "${name}" ON "${table}" ${rest}`);
}

import type { DataSource } from 'typeorm';

/** What a table takes on the disk. */
export interface TableSize {
  /** Of another schema: `<schema>.<table>`. */
  readonly table: string;
  /** Bytes of its rows, those that are stored apart (TOAST) included. */
  readonly heap: number;
  readonly indexes: number;
  /** As PostgreSQL last counted or estimated them; -1: not yet. */
  readonly rows: number;
}

/** Reads the sizes of files and no row. A partition is a table of its own. */
const SIZES = `SELECT CASE WHEN n.nspname = current_schema() THEN c.relname ELSE n.nspname || '.' || c.relname END AS "table",
    pg_table_size(c.oid)::float8 AS heap, pg_indexes_size(c.oid)::float8 AS indexes, c.reltuples::float8 AS rows
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname IN (current_schema(), 'bullmq') ORDER BY 1`;

export async function tableSizes(dataSource: DataSource): Promise<readonly TableSize[]> {
  return dataSource.query<TableSize[]>(SIZES);
}

import pg from 'pg';
import type { SentStatement } from './record-statements.ts';

/** A node of a plan, as `EXPLAIN (ANALYZE, FORMAT JSON)` writes it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** How a statement reads one table. */
export interface TableRead {
  readonly table: string;
  /** Such as `Seq Scan` or `Index Scan by rollout_newest`. */
  readonly how: string;
  /** Rows that were looked at, those that a condition left out included. */
  readonly rows: number;
}

/**
 * Runs a statement once more and undoes it.
 * @returns how it reads each table; `null`: what it was sent with does not do a second time (a unique key is taken)
 */
export async function tableReads(
  client: pg.Client,
  { text, values }: SentStatement,
): Promise<readonly TableRead[] | null> {
  await client.query('BEGIN');
  try {
    // A plan for these values, by one process: what is counted is the same on each machine.
    await client.query('SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off');
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`,
      [...values],
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    return plan ? readsOf(plan) : [];
  } catch (error) {
    if (error instanceof pg.DatabaseError) return null;
    throw error;
  } finally {
    await client.query('ROLLBACK');
  }
}

/** How a plan that was run has read each table. */
export function readsOf(node: PlanNode): readonly TableRead[] {
  const below = (node.Plans ?? []).flatMap(readsOf);
  const table = node['Relation Name'];
  // What changes rows has read them by the nodes below it.
  if (table === undefined || node['Node Type'] === 'ModifyTable') return below;
  const each =
    node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  const by = node['Index Name'] === undefined ? '' : ` by ${node['Index Name']}`;
  return [
    { table, how: `${node['Node Type']}${by}`, rows: Math.round(each * node['Actual Loops']) },
    ...below,
  ];
}

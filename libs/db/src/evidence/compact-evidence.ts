import type { DataSource, EntityManager } from 'typeorm';
import { boundTally, EMPTY_TALLY, mergeTallies, type Tally } from '#libs/stats';
import type { Arm } from '#libs/traffic';
import { inTransaction } from '../work/statement.ts';
import { type EvidenceRow, ROW_BOUNDS, tallyOf } from './evidence-row.ts';

const ROWS = `SELECT * FROM evidence WHERE rollout_id = $1
  ORDER BY rollout_id, route_revision, arm COLLATE "C", segment COLLATE "C" FOR UPDATE`;
const INSERT = `INSERT INTO evidence (rollout_id, route_revision, arm, segment, step_index, requests, errors, latency, sketches,
    compared, agreed, dropped, measures, histograms)
  SELECT $1, revision, arm, '', step, requests, errors, latency, sketches, compared, agreed, dropped, measures, histograms
  FROM unnest($2::int[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::jsonb[], $8::jsonb[], $9::bigint[], $10::bigint[],
    $11::bigint[], $12::jsonb[], $13::jsonb[])
    AS n(revision, arm, step, requests, errors, latency, sketches, compared, agreed, dropped, measures, histograms)
  ORDER BY revision, arm COLLATE "C"`;

/** What is kept of one step and arm. */
export interface CompactRow {
  readonly stepIndex: number;
  readonly arm: Arm;
  /** The last route revision that it was counted under. */
  readonly revision: number;
  /** Of everybody, over all revisions and parts of the step's beginning; without blocks, units and points, which only verdicts need. */
  readonly tally: Tally;
}

/** One row of each step and arm. Segments are left out: they are parts of everybody. */
export function compactRows(rows: readonly EvidenceRow[]): readonly CompactRow[] {
  const groups = new Map<string, EvidenceRow[]>();
  for (const row of rows) {
    if (row.segment !== '') continue;
    const key = `${row.step_index} ${row.arm}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((same) => {
    const { blocks: _blocks, units: _units, points: _points, ...sum } = mergeTallies(same.map(tallyOf));
    const { step_index: stepIndex, arm } = same[0] as EvidenceRow;
    const revision = Math.max(...same.map((row) => row.route_revision));
    return { stepIndex, arm, revision, tally: boundTally(EMPTY_TALLY, sum, ROW_BOUNDS) };
  });
}

/** Makes the evidence of one ended rollout small. @returns how many rows fewer there are; `null`: somebody has it locked */
export async function compactEvidence(dataSource: DataSource, rolloutId: string): Promise<number | null> {
  const runner = dataSource.createQueryRunner();
  try {
    return await inTransaction(runner, (manager) => compactWithin(manager, rolloutId));
  } finally {
    await runner.release();
  }
}

async function compactWithin(manager: EntityManager, rolloutId: string): Promise<number | null> {
  const [held] = await manager.query<unknown[]>(
    'SELECT id FROM rollout WHERE id = $1 AND ended_at IS NOT NULL AND NOT evidence_compacted FOR UPDATE SKIP LOCKED',
    [rolloutId],
  );
  if (!held) return null;
  const before = await manager.query<EvidenceRow[]>(ROWS, [rolloutId]);
  const after = compactRows(before);
  await manager.query('DELETE FROM evidence WHERE rollout_id = $1', [rolloutId]);
  const tallies = after.map(({ tally }) => tally);
  await manager.query(INSERT, [
    rolloutId,
    after.map(({ revision }) => revision),
    after.map(({ arm }) => arm),
    after.map(({ stepIndex }) => stepIndex),
    tallies.map(({ requests }) => requests),
    tallies.map(({ errors }) => errors),
    tallies.map(({ latency }) => JSON.stringify(latency)),
    tallies.map(({ sketches }) => JSON.stringify(sketches ?? {})),
    tallies.map(({ compared }) => compared),
    tallies.map(({ agreed }) => agreed),
    tallies.map(({ dropped }) => dropped),
    tallies.map(({ measures }) => JSON.stringify(measures)),
    tallies.map(({ histograms }) => JSON.stringify(histograms)),
  ]);
  await manager.query('UPDATE rollout SET evidence_compacted = true WHERE id = $1', [rolloutId]);
  return before.length - after.length;
}

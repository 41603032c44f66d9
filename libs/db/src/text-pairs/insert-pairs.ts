import type { EntityManager } from 'typeorm';
import type { Refused, TextPairRecord } from '#libs/engine';
import { entryByEntry } from '../work/entry-by-entry.ts';
import { hasGate } from '../rollouts/has-gate.ts';

/** Of a rollout in all. */
const MOST_PAIRS = 5_000;

/** Which pairs are kept, and where. */
export interface PairTable {
  readonly name: 'text_pair' | 'embedding_pair';
  /** Only rollouts with such a gate have any. */
  readonly gate: Parameters<typeof hasGate>[1];
  /** Of a rollout, at most: new ones come in as fast as they are compared. */
  readonly mostWaiting: number;
  /** Is the request's own text compared with? */
  readonly keepsRequest: boolean;
}

/** A column, its type, and what of a pair it holds. */
type PairColumn = readonly [name: string, type: string, of: (pair: TextPairRecord) => unknown];
const REQUEST: PairColumn = ['request', 'text', (pair) => pair.request];
const columnsOf = ({ keepsRequest }: PairTable): readonly PairColumn[] => [
  ['rollout_id', 'uuid', (pair) => pair.rolloutId],
  ['request_id', 'text', (pair) => pair.requestId],
  ['revision', 'int', (pair) => pair.revision],
  ...(keepsRequest ? [REQUEST] : []),
  ['primary_text', 'text', (pair) => pair.primary],
  ['candidate_text', 'text', (pair) => pair.candidate],
  ['identical', 'bool', (pair) => pair.identical],
];

/** Keeps pairs of live rollouts while there is room; a pair that is known already counts once. @returns those that were refused, and why */
export const insertPairs = (
  manager: EntityManager,
  table: PairTable,
  pairs: readonly TextPairRecord[],
): Promise<readonly Refused<TextPairRecord>[]> =>
  entryByEntry(
    manager,
    pairs,
    (one) => [one.rolloutId, one.requestId],
    (part) => insert(manager, table, part),
  );

async function insert(
  manager: EntityManager,
  table: PairTable,
  pairs: readonly TextPairRecord[],
): Promise<void> {
  const columns = columnsOf(table);
  const names = columns.map(([name]) => name).join(', ');
  const lists = columns.map(([, type], i) => `$${i + 1}::${type}[]`).join(', ');
  const [mostWaiting, mostPairs] = [`$${columns.length + 1}`, `$${columns.length + 2}`];
  await manager.query(
    `INSERT INTO ${table.name} (${names})
     SELECT ${columns.map(([name]) => `p.${name}`).join(', ')}
     FROM (SELECT DISTINCT ON (rollout_id, request_id) *
       FROM unnest(${lists}) WITH ORDINALITY AS p(${names}, n)
       ORDER BY rollout_id, request_id, n) p
     JOIN rollout r ON r.id = p.rollout_id AND r.ended_at IS NULL AND ${hasGate('r', table.gate)}
     WHERE (SELECT count(*) FROM ${table.name} t WHERE t.rollout_id = p.rollout_id AND t.outcome IS NULL) < ${mostWaiting}
       AND (SELECT count(*) FROM ${table.name} t WHERE t.rollout_id = p.rollout_id) < ${mostPairs}
     ORDER BY p.rollout_id, p.request_id COLLATE "C" ON CONFLICT DO NOTHING`,
    [...columns.map(([, , of]) => pairs.map(of)), table.mostWaiting, MOST_PAIRS],
  );
}

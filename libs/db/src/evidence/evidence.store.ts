import type { EntityManager } from 'typeorm';
import type { EvidenceEntry, EvidenceStore, EvidenceTrace } from '#libs/engine';
import { entryByEntry } from '../work/entry-by-entry.ts';
import type { RowKey } from '../work/key-order.ts';
import {
  addCounted,
  NO_STEP_EVIDENCE,
  type Evidence,
  type SourceReading,
  type StartPhase,
  type StepEvidence,
} from '#libs/rollout';
import { beforeNow, boundTally, mergeTallies } from '#libs/stats';
import type { Reading as RouteReading } from '#libs/traffic';
import { NEVER_SEEN } from '../routing/gateway-alive.ts';
import { boundSegments } from './bound-segments.ts';
import { type EvidenceRow as Row, NOW_MS, ROW_BOUNDS, tallyByNow, type TimedRow } from './evidence-row.ts';

/** Recorded requests that are kept of one arm under one route revision. */
const MOST_TRACES = 8;

export function evidenceStore(manager: EntityManager): EvidenceStore {
  return {
    async claimBatch({ gateway, boot, sequence, serves }) {
      // Its row first: whoever else claims for the same gateway waits here. Also for api processes of before, which know no other.
      const [known] = await manager.query<{ boot: string; sequence: string }[]>(
        'SELECT boot, last_sequence AS sequence FROM gateway WHERE id = $1 FOR UPDATE',
        [gateway],
      );
      await manager.query(
        `INSERT INTO gateway (id, boot, last_sequence, seen_at) VALUES ($1, $2, $3, ${serves === false ? NEVER_SEEN : 'clock_timestamp()'})
         ON CONFLICT (id) DO UPDATE SET boot = excluded.boot, seen_at = CASE WHEN excluded.seen_at = ${NEVER_SEEN} THEN greatest(gateway.seen_at, excluded.seen_at) ELSE excluded.seen_at END,
           last_sequence = CASE WHEN gateway.boot = excluded.boot THEN greatest(gateway.last_sequence, excluded.last_sequence) ELSE excluded.last_sequence END`,
        [gateway, boot, sequence],
      );
      // A process sends one batch at a time, in order, so the highest sequence of its boot says it all. It is kept for days: a minute
      // is exact enough, and what changes no indexed column is written without touching the indexes (HOT).
      const rows = await manager.query<{ boot: string }[]>(
        `INSERT INTO gateway_boot AS b (gateway_id, boot, last_sequence, seen_at) VALUES ($1, $2, $3, clock_timestamp())
         ON CONFLICT (gateway_id, boot) DO UPDATE SET last_sequence = excluded.last_sequence,
           seen_at = CASE WHEN b.seen_at < excluded.seen_at - interval '1 minute' THEN excluded.seen_at ELSE b.seen_at END
         WHERE b.last_sequence < excluded.last_sequence
         RETURNING boot`,
        [gateway, boot, sequence],
      );
      // A gateway that started anew has acknowledged nothing yet.
      const isSameBoot = known?.boot === boot;
      if (!isSameBoot) await manager.query('DELETE FROM gateway_route WHERE gateway_id = $1', [gateway]);
      return rows.length > 0 && !(isSameBoot && Number(known.sequence) >= sequence);
    },

    async acknowledge(gateway, acknowledged) {
      if (acknowledged.length === 0) return;
      await manager.query(
        `INSERT INTO gateway_route (gateway_id, model_id, revision)
         SELECT $1, m.id, max(a.revision) FROM unnest($2::text[], $3::int[]) AS a(model, revision) JOIN model m ON m.name = a.model
         GROUP BY m.id ORDER BY m.id
         ON CONFLICT (gateway_id, model_id) DO UPDATE SET revision = greatest(gateway_route.revision, excluded.revision)`,
        [gateway, acknowledged.map((a) => a.model), acknowledged.map((a) => a.revision)],
      );
    },

    async add(entries) {
      const routes = await routesOf(manager, entries);
      const ours = entries.filter((entry) => routes.has(stepKey(entry)));
      const bounded = await boundSegments(manager, ours, (entry) => {
        const rules = routes.get(stepKey(entry))?.reading?.segments ?? [];
        return rules.find(({ gate }) => entry.segment?.startsWith(`${gate}=`)) ?? null;
      });
      const known = mergeSame(bounded);
      const refused = await entryByEntry(manager, known, rowOf, (part) => addUp(manager, part, routes));
      const left = new Set(refused.map(({ entry }) => entry));
      const added = known.filter((entry) => !left.has(entry));
      return { rollouts: [...new Set(added.map((entry) => entry.rolloutId))], refused };
    },

    async ofRollout(rolloutId) {
      return (await read([rolloutId])).get(rolloutId) ?? {};
    },
    ofRollouts: read,

    traces: (rolloutId) =>
      manager.query<EvidenceTrace[]>(
        `SELECT e.arm, t.name FROM evidence e CROSS JOIN LATERAL unnest(e.traces) AS t(name)
         WHERE e.rollout_id = $1 AND e.segment = '' AND e.route_revision =
           (SELECT max(route_revision) FROM evidence WHERE rollout_id = $1 AND segment = '')`,
        [rolloutId],
      ),
  };

  async function read(rolloutIds: readonly string[]): Promise<ReadonlyMap<string, Evidence>> {
    const [rows, readings] = [
      await manager.query<TimedRow[]>(`SELECT *, ${NOW_MS} FROM evidence WHERE rollout_id = ANY($1)`, [
        rolloutIds,
      ]),
      await manager.query<Reading[]>(
        `SELECT rollout_id, step_index, gate, reading FROM source_reading
         WHERE rollout_id = ANY($1) AND reading IS NOT NULL`,
        [rolloutIds],
      ),
    ];
    const found = new Map<string, Record<number, StepEvidence>>();
    const update = (id: string, step: number, change: (before: StepEvidence) => StepEvidence): void => {
      const steps = found.get(id) ?? {};
      found.set(id, steps);
      steps[step] = change(steps[step] ?? NO_STEP_EVIDENCE);
    };
    // A step may have several rows per arm: its route was published anew meanwhile.
    for (const row of rows)
      update(row.rollout_id, row.step_index, (step) =>
        addCounted(step, {
          startPhase: row.start_phase,
          arm: row.arm,
          segment: row.segment === '' ? null : row.segment,
          tally: tallyByNow(row),
        }),
      );
    for (const row of readings)
      update(row.rollout_id, row.step_index, (step) => ({
        ...step,
        sources: { ...step.sources, [row.gate]: row.reading },
      }));
    return found;
  }
}

/** Adds entries, each of a key of its own, to what is known. */
async function addUp(
  manager: EntityManager,
  entries: readonly EvidenceEntry[],
  routes: ReadonlyMap<string, KnownRoute>,
): Promise<void> {
  const keys = [
    entries.map((entry) => entry.rolloutId),
    entries.map((entry) => entry.revision),
    entries.map((entry) => entry.arm),
    entries.map((entry) => entry.segment ?? ''),
  ];
  await manager.query(
    `INSERT INTO evidence (rollout_id, route_revision, arm, segment, step_index, start_phase)
     SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::int[], $6::jsonb[]) AS k(id, revision, arm, segment)
     ORDER BY id, revision, arm COLLATE "C", segment COLLATE "C" ON CONFLICT DO NOTHING`,
    [
      ...keys,
      entries.map((entry) => routes.get(stepKey(entry))?.step_index),
      entries.map((entry) => {
        const phase = routes.get(stepKey(entry))?.start_phase ?? null;
        return phase && JSON.stringify(phase);
      }),
    ],
  );
  const rows = await manager.query<(TimedRow & { n: string })[]>(
    `SELECT e.*, k.n, ${NOW_MS} FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) WITH ORDINALITY AS k(id, revision, arm, segment, n)
     JOIN evidence e ON e.rollout_id = k.id AND e.route_revision = k.revision AND e.arm = k.arm AND e.segment = k.segment
     ORDER BY e.rollout_id, e.route_revision, e.arm COLLATE "C", e.segment COLLATE "C" FOR UPDATE OF e`,
    keys,
  );
  const before = new Map(rows.map((row) => [Number(row.n) - 1, row]));
  const sums = entries.map((entry, i) => {
    const row = before.get(i) as TimedRow;
    // First the slices that lie in the future, of both, so that none grows by them.
    const known = tallyByNow(row);
    return boundTally(known, mergeTallies([known, beforeNow(entry.tally, row.now_ms)]), ROW_BOUNDS);
  });
  const traces = entries.map((entry, i) => latest(entry.traces, (before.get(i) as Row).traces));
  await manager.query(
    `UPDATE evidence e SET requests = n.requests, errors = n.errors, latency = n.latency, sketches = n.sketches,
       compared = n.compared, agreed = n.agreed, dropped = n.dropped, measures = n.measures, histograms = n.histograms,
       traces = string_to_array(n.traces, ' '), blocks = n.blocks, units = n.units, points = n.points
     FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::jsonb[], $8::bigint[], $9::bigint[],
         $10::bigint[], $11::jsonb[], $12::jsonb[], $13::jsonb[], $14::text[], $15::jsonb[], $16::jsonb[], $17::jsonb[])
       AS n(id, revision, arm, segment, requests, errors, latency, compared, agreed, dropped, measures, histograms, sketches, traces,
         blocks, units, points)
     WHERE e.rollout_id = n.id AND e.route_revision = n.revision AND e.arm = n.arm AND e.segment = n.segment`,
    [
      ...keys,
      sums.map((sum) => sum.requests),
      sums.map((sum) => sum.errors),
      sums.map((sum) => JSON.stringify(sum.latency)),
      sums.map((sum) => sum.compared),
      sums.map((sum) => sum.agreed),
      sums.map((sum) => sum.dropped),
      sums.map((sum) => JSON.stringify(sum.measures)),
      sums.map((sum) => JSON.stringify(sum.histograms)),
      sums.map((sum) => JSON.stringify(sum.sketches ?? {})),
      // PostgreSQL has no list of lists of different lengths.
      traces.map((names) => names?.join(' ') ?? null),
      sums.map((sum) => JSON.stringify(sum.blocks ?? {})),
      sums.map((sum) => JSON.stringify(sum.units ?? [])),
      sums.map((sum) => JSON.stringify(sum.points ?? {})),
    ],
  );
}

const latest = (
  added: readonly string[] | undefined,
  known: readonly string[] | null,
): readonly string[] | null =>
  added === undefined ? known : [...new Set([...added, ...(known ?? [])])].slice(0, MOST_TRACES);

interface Reading {
  readonly rollout_id: string;
  readonly step_index: number;
  readonly gate: string;
  readonly reading: SourceReading;
}

/** One entry per (rollout, revision, arm), whatever a gateway sends. */
function mergeSame(entries: readonly EvidenceEntry[]): EvidenceEntry[] {
  const byKey = new Map<string, EvidenceEntry>();
  for (const entry of entries) {
    const same = byKey.get(keyOf(entry));
    const traces = same?.traces ? [...same.traces, ...(entry.traces ?? [])] : entry.traces;
    byKey.set(
      keyOf(entry),
      same ? { ...same, traces, tally: mergeTallies([same.tally, entry.tally]) } : entry,
    );
  }
  return [...byKey.values()];
}

const stepKey = (e: EvidenceEntry): string => `${e.rolloutId} ${e.revision}`;
const keyOf = (e: EvidenceEntry): string => `${e.rolloutId} ${e.revision} ${e.arm} ${e.segment ?? ''}`;
const rowOf = (e: EvidenceEntry): RowKey => [e.rolloutId, e.revision, e.arm, e.segment ?? ''];

interface KnownRoute {
  readonly step_index: number;
  readonly start_phase: StartPhase | null;
  readonly reading: RouteReading | null;
}

/** (rollout, revision) -> its route; what is missing was never a route of ours. */
async function routesOf(
  manager: EntityManager,
  entries: readonly EvidenceEntry[],
): Promise<ReadonlyMap<string, KnownRoute>> {
  if (entries.length === 0) return new Map();
  const rows = await manager.query<(KnownRoute & { rollout_id: string; revision: number })[]>(
    `SELECT r.rollout_id, r.revision, r.step_index, r.start_phase, r.reading
     FROM (SELECT DISTINCT rollout_id, revision FROM unnest($1::uuid[], $2::int[]) AS e(rollout_id, revision)) e
     JOIN rollout o ON o.id = e.rollout_id AND NOT o.evidence_compacted
     JOIN route r ON r.model_id = o.model_id AND r.revision = e.revision AND r.rollout_id = e.rollout_id
     WHERE r.step_index IS NOT NULL`,
    [entries.map((e) => e.rolloutId), entries.map((e) => e.revision)],
  );
  return new Map(rows.map((row) => [`${row.rollout_id} ${row.revision}`, row]));
}

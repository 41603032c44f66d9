import type { EntityManager } from 'typeorm';
import type { EvidenceEntry, EvidenceStore } from '#libs/engine';
import { NO_STEP_EVIDENCE, type Evidence, type StepEvidence } from '#libs/rollout';
import { mergeTallies, type Tally } from '#libs/stats';
import type { Arm } from '#libs/traffic';
import { EvidenceEntity, SourceReadingEntity } from '../entities/index.ts';

export function evidenceStore(manager: EntityManager): EvidenceStore {
  const evidence = manager.getRepository(EvidenceEntity);
  return {
    async claimBatch({ gateway, boot, sequence }) {
      // A gateway that started anew has acknowledged nothing yet.
      await manager.query(
        `DELETE FROM gateway_route gr USING gateway g WHERE gr.gateway_id = $1 AND g.id = gr.gateway_id AND g.boot <> $2`,
        [gateway, boot],
      );
      // A gateway sends one batch at a time, in order, so the highest sequence of its boot says it all.
      const rows = await manager.query<{ id: string }[]>(
        `INSERT INTO gateway (id, boot, last_sequence, seen_at) VALUES ($1, $2, $3, clock_timestamp())
         ON CONFLICT (id) DO UPDATE SET boot = excluded.boot, last_sequence = excluded.last_sequence, seen_at = excluded.seen_at
         WHERE gateway.boot <> excluded.boot OR gateway.last_sequence < excluded.last_sequence
         RETURNING id`,
        [gateway, boot, sequence],
      );
      if (rows.length > 0) return true;
      await manager.query('UPDATE gateway SET seen_at = clock_timestamp() WHERE id = $1', [gateway]);
      return false;
    },

    async acknowledge(gateway, acknowledged) {
      if (acknowledged.length === 0) return;
      await manager.query(
        `INSERT INTO gateway_route (gateway_id, model_id, revision)
         SELECT $1, m.id, max(a.revision) FROM unnest($2::text[], $3::int[]) AS a(model, revision) JOIN model m ON m.name = a.model
         GROUP BY m.id
         ON CONFLICT (gateway_id, model_id) DO UPDATE SET revision = greatest(gateway_route.revision, excluded.revision)`,
        [gateway, acknowledged.map((a) => a.model), acknowledged.map((a) => a.revision)],
      );
    },

    async add(entries) {
      const known = await stepsOf(manager, entries);
      const woken = new Set<string>();
      // A fixed order, so that two gateways never wait for each other's rows.
      const ordered = entries.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      for (const entry of ordered) {
        const stepIndex = known.get(`${entry.rolloutId} ${entry.revision}`);
        if (stepIndex === undefined) continue;
        const key = { rolloutId: entry.rolloutId, routeRevision: entry.revision, arm: entry.arm };
        await evidence
          .createQueryBuilder()
          .insert()
          .values({ ...key, stepIndex } as never)
          .orIgnore()
          .execute();
        const row = await evidence.findOneOrFail({ where: key, lock: { mode: 'pessimistic_write' } });
        await evidence.update(key, {
          ...mergeTallies([tallyOf(row), entry.tally]),
          version: row.version + 1,
        } as never);
        woken.add(entry.rolloutId);
      }
      return [...woken];
    },

    async ofRollout(rolloutId) {
      const rows = await evidence.findBy({ rolloutId });
      const readings = await manager.getRepository(SourceReadingEntity).findBy({ rolloutId });
      return evidenceOf(rows, readings);
    },
  };
}

/** Adds up the rows of one rollout by step and arm. */
export function evidenceOf(
  rows: readonly EvidenceEntity[],
  readings: readonly SourceReadingEntity[],
): Evidence {
  const steps: Record<number, StepEvidence> = {};
  for (const row of rows) {
    const step = steps[row.stepIndex] ?? NO_STEP_EVIDENCE;
    steps[row.stepIndex] = {
      ...step,
      [row.arm]: mergeTallies([step[row.arm], tallyOf(row)]),
    } satisfies Record<Arm, Tally>;
  }
  for (const { stepIndex, gate, reading } of readings) {
    if (reading === null) continue;
    const step = steps[stepIndex] ?? NO_STEP_EVIDENCE;
    steps[stepIndex] = { ...step, sources: { ...step.sources, [gate]: reading } };
  }
  return steps;
}

const keyOf = (e: EvidenceEntry): string => `${e.rolloutId} ${e.revision} ${e.arm}`;

/** (rollout, revision) -> step; what is missing was never a route of ours. */
async function stepsOf(
  manager: EntityManager,
  entries: readonly EvidenceEntry[],
): Promise<Map<string, number>> {
  if (entries.length === 0) return new Map();
  const rows = await manager.query<{ rollout_id: string; revision: number; step_index: number }[]>(
    `SELECT DISTINCT r.rollout_id, r.revision, r.step_index
     FROM unnest($1::uuid[], $2::int[]) AS e(rollout_id, revision)
     JOIN rollout o ON o.id = e.rollout_id
     JOIN route r ON r.model_id = o.model_id AND r.revision = e.revision AND r.rollout_id = e.rollout_id
     WHERE r.step_index IS NOT NULL`,
    [entries.map((e) => e.rolloutId), entries.map((e) => e.revision)],
  );
  return new Map(rows.map((row) => [`${row.rollout_id} ${row.revision}`, row.step_index]));
}

function tallyOf({ requests, errors, latency, compared, agreed, dropped }: EvidenceEntity): Tally {
  return { requests, errors, latency, compared, agreed, dropped };
}

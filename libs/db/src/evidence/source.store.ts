import { type EntityManager, In } from 'typeorm';
import type { SourceStore } from '#libs/engine';
import { redactDeep } from '#libs/kernel';
import { SourceReadingEntity } from './source-reading.entity.ts';
import { toInstant } from '../work/convert.ts';

export function sourceStore(manager: EntityManager): SourceStore {
  return {
    async claimDue(rolloutId, stepIndex, { gates, hurried }, claimMs) {
      const rows = await manager.query<{ gate: string }[]>(
        `INSERT INTO source_reading (rollout_id, step_index, gate, next_at, claimed)
         SELECT $1, $2, gate, clock_timestamp() + make_interval(secs => $4), true FROM unnest($3::text[]) AS gate ORDER BY gate
         ON CONFLICT (rollout_id, step_index, gate) DO UPDATE SET next_at = excluded.next_at, claimed = true
         WHERE source_reading.next_at <= clock_timestamp()
            -- Claimed before a clock was set back, by a worker that has died.
            OR (source_reading.claimed AND source_reading.next_at > excluded.next_at + interval '1 second')
            OR (source_reading.gate = ANY($5::text[]) AND NOT source_reading.claimed)
         RETURNING gate`,
        [rolloutId, stepIndex, [...gates], claimMs / 1_000, [...hurried]],
      );
      return rows.map((row) => row.gate);
    },
    async findForUpdate(rolloutId, stepIndex, gate) {
      const row = await manager.getRepository(SourceReadingEntity).findOne({
        where: { rolloutId, stepIndex, gate },
        lock: { mode: 'pessimistic_write' },
      });
      return row?.reading ?? null;
    },
    async nextReads(rolloutIds) {
      const readings = manager.getRepository(SourceReadingEntity);
      const rows = await readings.find({
        select: { rolloutId: true, stepIndex: true, gate: true, nextAt: true },
        where: { rolloutId: In([...rolloutIds]) },
      });
      return rows.map(({ nextAt, ...row }) => ({ ...row, at: toInstant(nextAt) }));
    },
    async askAnew(rolloutId, stepIndex) {
      await manager.query(
        `WITH held AS (SELECT gate FROM source_reading WHERE rollout_id = $1 AND step_index = $2 ORDER BY gate FOR UPDATE)
         UPDATE source_reading s SET reading = s.reading - 'asked' || '{"consecutiveErrors": 0}',
          next_at = CASE WHEN s.claimed THEN s.next_at ELSE clock_timestamp() END
         FROM held WHERE s.rollout_id = $1 AND s.step_index = $2 AND s.gate = held.gate`,
        [rolloutId, stepIndex],
      );
    },
    async save(rolloutId, stepIndex, gate, reading, nextInMs) {
      await manager.query(
        `UPDATE source_reading SET reading = $4, claimed = false, next_at = clock_timestamp() + make_interval(secs => $5)
         WHERE rollout_id = $1 AND step_index = $2 AND gate = $3`,
        [rolloutId, stepIndex, gate, JSON.stringify(redactDeep(reading)), nextInMs / 1_000],
      );
    },
  };
}

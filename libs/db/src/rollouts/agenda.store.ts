import type { EntityManager } from 'typeorm';
import type { AgendaStore } from '#libs/engine';
import { bringForward } from './set-back.ts';
import type { WakeUps } from './wake-ups.ts';

export function agendaStore(manager: EntityManager, wakeUps: WakeUps): AgendaStore {
  return {
    // Written at the end of the unit of work.
    wake: async (rolloutId) => wakeUps.wake(rolloutId),
    wakeForEvidence: async (rolloutIds) => wakeUps.wakeForEvidence(rolloutIds),
    wakeWaiting: async (models) => wakeUps.wakeWaiting(models),

    async claim(most, claimMs) {
      return manager
        .query<[{ rolloutId: string; asked: number }[], number]>(
          `UPDATE agenda SET due_at = clock_timestamp() + make_interval(secs => $2)
         WHERE rollout_id IN (
           SELECT rollout_id FROM agenda WHERE due_at <= clock_timestamp() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING rollout_id AS "rolloutId", asked`,
          [most, claimMs / 1_000],
        )
        .then(([rows]) => rows);
    },

    async settle(looks) {
      if (looks.length === 0) return;
      await manager.query(
        `WITH looks AS (
           SELECT * FROM unnest($1::uuid[], $2::int[], $3::float8[], $4::float8[]) AS l(id, asked, due, pace)
         ), mine AS (
           SELECT a.rollout_id FROM agenda a JOIN looks l ON l.id = a.rollout_id ORDER BY a.rollout_id FOR UPDATE OF a
         )
         UPDATE agenda a SET
           due_at = CASE WHEN a.asked = l.asked THEN clock_timestamp() + make_interval(secs => l.due) ELSE a.due_at END,
           not_before = clock_timestamp() + make_interval(secs => l.pace)
         FROM looks l, mine WHERE a.rollout_id = mine.rollout_id AND l.id = mine.rollout_id`,
        [
          looks.map((look) => look.rolloutId),
          looks.map((look) => look.asked),
          looks.map((look) => look.dueInMs / 1_000),
          looks.map((look) => look.paceMs / 1_000),
        ],
      );
    },

    async tidy() {
      await bringForward(manager);
      await manager.query(
        `INSERT INTO agenda (rollout_id, due_at, not_before)
         SELECT r.id, clock_timestamp(), clock_timestamp() FROM rollout r
         WHERE r.ended_at IS NULL AND NOT EXISTS (SELECT FROM agenda a WHERE a.rollout_id = r.id) ORDER BY r.id
         ON CONFLICT DO NOTHING`,
      );
      await manager.query(
        `DELETE FROM agenda WHERE rollout_id IN (
           SELECT a.rollout_id FROM agenda a JOIN rollout r ON r.id = a.rollout_id
           WHERE r.ended_at IS NOT NULL ORDER BY a.rollout_id FOR UPDATE OF a SKIP LOCKED)`,
      );
      const [row] = await manager.query<{ live: number }[]>('SELECT count(*)::int AS live FROM agenda');
      return row?.live ?? 0;
    },
  };
}

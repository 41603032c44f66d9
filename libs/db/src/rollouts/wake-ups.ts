import type { EntityManager } from 'typeorm';
import { notify } from '../connection/notify.ts';

/**
 * What a unit of work puts on the agenda, written as its last statement: rows of the agenda are the last that any
 * transaction locks (lock-order.ts), all of them at once and in the order of their keys.
 */
export class WakeUps {
  private readonly atOnce = new Set<string>();
  private readonly forEvidence = new Set<string>();
  private readonly waitingOf = new Set<string>();

  wake(rolloutId: string): void {
    this.atOnce.add(rolloutId);
  }

  wakeForEvidence(rolloutIds: readonly string[]): void {
    for (const id of rolloutIds) this.forEvidence.add(id);
  }

  wakeWaiting(models: readonly string[]): void {
    for (const model of models) this.waitingOf.add(model);
  }

  async write(manager: EntityManager): Promise<void> {
    if (this.atOnce.size + this.forEvidence.size + this.waitingOf.size === 0) return;
    const woken = await manager.query<unknown[]>(WRITE, [
      [...this.atOnce],
      [...this.forEvidence],
      [...this.waitingOf],
    ]);
    if (woken.length > 0) await notify(manager, { kind: 'agenda' });
  }
}

/** A new row says by `asked` (which nobody has read yet) whether it is due at once; evidence alone waits for the pace. */
const WRITE = `INSERT INTO agenda (rollout_id, due_at, not_before, asked)
  SELECT id, clock_timestamp(), clock_timestamp(), max(at_once) FROM (
    SELECT id, 1 AS at_once FROM unnest($1::uuid[]) AS now(id)
    UNION ALL SELECT id, 0 FROM unnest($2::uuid[]) AS evidence(id)
    UNION ALL SELECT r.id, 1 FROM rollout r JOIN model m ON m.id = r.model_id
      WHERE m.name = ANY($3) AND r.ended_at IS NULL AND NOT r.queued AND r.step_started_at IS NULL
  ) AS woken GROUP BY id ORDER BY id
  ON CONFLICT (rollout_id) DO UPDATE SET asked = agenda.asked + 1, due_at = least(agenda.due_at,
    CASE WHEN excluded.asked = 1 THEN excluded.due_at ELSE greatest(excluded.due_at, agenda.not_before) END)
  RETURNING 1`;

import type { DataSource } from 'typeorm';

const BATCH = 100;

/**
 * Hands the rollouts of the outbox to `deliver`, and forgets each one once that has worked. Two
 * relays share the rows; one that dies between the two leaves its rows for the next.
 * @returns how many were handed over
 */
export async function relayOutbox(
  dataSource: DataSource,
  deliver: (rolloutIds: readonly string[]) => Promise<void>,
): Promise<number> {
  return dataSource.transaction(async (manager) => {
    const rows = await manager.query<{ rollout_id: string }[]>(
      'SELECT rollout_id FROM outbox ORDER BY asked_at LIMIT $1 FOR UPDATE SKIP LOCKED',
      [BATCH],
    );
    if (rows.length === 0) return 0;
    const ids = rows.map((row) => row.rollout_id);
    await deliver(ids);
    await manager.query('DELETE FROM outbox WHERE rollout_id = ANY($1)', [ids]);
    return ids.length;
  });
}

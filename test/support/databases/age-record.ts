import pg from 'pg';
import { type ChainLink, GENESIS, hashEvent, INSTALLATION } from '#libs/engine';

const DAY_MS = 86_400_000;

/** Makes a record that is as it would be if all of it had happened so many days earlier: times, hashes, and where the chains end. */
export async function ageRecord(url: string, days: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('ALTER TABLE event DISABLE TRIGGER ALL');
    const { rows } = await client.query<Omit<ChainLink, 'at'> & { at: Date }>(
      `SELECT model_id AS "modelId", sequence, rollout_id AS "rolloutId", type, actor, data, at, hash FROM event ORDER BY 1, 2`,
    );
    const ends = new Map<string, string>();
    for (const { hash: _hash, at, ...event } of rows) {
      const link = { ...event, at: at.getTime() - days * DAY_MS };
      const hash = hashEvent(ends.get(link.modelId) ?? GENESIS, link);
      ends.set(link.modelId, hash);
      await client.query('UPDATE event SET at = $3, hash = $4 WHERE model_id = $1 AND sequence = $2', [
        ...[link.modelId, link.sequence, new Date(link.at), hash],
      ]);
    }
    for (const [modelId, hash] of ends)
      await client.query('UPDATE model SET event_hash = $2 WHERE id = $1', [modelId, hash]);
    await client.query(
      `UPDATE setting SET value = jsonb_set(value::jsonb, '{hash}', to_jsonb($1::text))::text WHERE name = 'installation_chain'`,
      [ends.get(INSTALLATION)],
    );
    await client.query('ALTER TABLE event ENABLE TRIGGER ALL');
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

import type { EntityManager } from 'typeorm';
import type { SampleRecord, SampleStore } from '#libs/engine';
import { entryByEntry } from '../work/entry-by-entry.ts';
import type { RowKey } from '../work/key-order.ts';

/** Kept of one rollout, whatever its policy asks for. */
const MOST_KEPT = 50;

export function sampleStore(manager: EntityManager): SampleStore {
  return {
    async keep(samples) {
      const ids = [...new Set(samples.map((sample) => sample.rolloutId))].sort();
      const rowOf = (one: SampleRecord): RowKey => [one.rolloutId, one.requestId];
      const refused = await entryByEntry(manager, samples, rowOf, (part) => insert(manager, part));
      // What another batch is taking away is left to it.
      await manager.query(
        `WITH worse AS (SELECT s.rollout_id, s.request_id FROM sample s JOIN (
           SELECT rollout_id, request_id, row_number() OVER (
             PARTITION BY rollout_id ORDER BY badness DESC, request_id) AS rank,
             (SELECT least($2, coalesce((o.policy->'samples'->>'keep')::int, 20)) FROM rollout o WHERE o.id = sample.rollout_id) AS most
           FROM sample WHERE rollout_id = ANY($1)) ranked
           ON s.rollout_id = ranked.rollout_id AND s.request_id = ranked.request_id AND ranked.rank > ranked.most
           FOR UPDATE OF s SKIP LOCKED)
         DELETE FROM sample s USING worse w WHERE s.rollout_id = w.rollout_id AND s.request_id = w.request_id`,
        [ids, MOST_KEPT],
      );
      return refused;
    },

    async ofRollout(rolloutId) {
      const rows = await manager.query<{ sample: SampleRecord }[]>(
        'SELECT sample FROM sample WHERE rollout_id = $1 ORDER BY badness DESC, request_id',
        [rolloutId],
      );
      return rows.map((row) => row.sample);
    },
  };
}

async function insert(manager: EntityManager, samples: readonly SampleRecord[]): Promise<void> {
  await manager.query(
    `INSERT INTO sample (rollout_id, request_id, badness, sample)
         SELECT DISTINCT ON (s.id, s.request_id COLLATE "C") s.id, s.request_id, s.badness, s.sample
         FROM unnest($1::uuid[], $2::text[], $3::float8[], $4::jsonb[]) AS s(id, request_id, badness, sample)
         JOIN rollout r ON r.id = s.id AND NOT r.samples_cleared
         ORDER BY s.id, s.request_id COLLATE "C" ON CONFLICT DO NOTHING`,
    [
      samples.map((sample) => sample.rolloutId),
      samples.map((sample) => sample.requestId),
      samples.map((sample) => sample.badness),
      samples.map((sample) => JSON.stringify(sample)),
    ],
  );
}

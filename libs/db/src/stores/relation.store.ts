import type { EntityManager } from 'typeorm';
import type { RelatedRollout, RelationStore } from '#libs/engine';

/** Any number; whoever starts a rollout of a model with relations holds it to the end of its transaction. */
const RELATIONS_LOCK = 7_400_003;

export function relationStore(manager: EntityManager): RelationStore {
  return {
    async downstreams(model) {
      const rows = await manager.query<{ name: string }[]>(
        `SELECT m.name FROM model m JOIN version v ON v.model_id = m.id AND v.version = m.primary
         WHERE v.upstreams @> $1 AND m.name <> $2 ORDER BY m.name`,
        [JSON.stringify([{ model }]), model],
      );
      return rows.map((row) => row.name);
    },
    async underWay(model, upstreams) {
      return manager.query<RelatedRollout[]>(
        `SELECT m.name AS model, r.version, CASE WHEN m.name = ANY($1) THEN 'upstream' ELSE 'downstream' END AS relation
         FROM rollout r JOIN model m ON m.id = r.model_id
         WHERE r.ended_at IS NULL AND NOT r.queued AND r.state <> 'pending' AND m.name <> $2
           AND (m.name = ANY($1) OR EXISTS (
             SELECT 1 FROM version v
             WHERE v.model_id = m.id AND v.version IN (r.version, m.primary) AND v.upstreams @> $3))
         ORDER BY m.name LIMIT 10`,
        [[...upstreams], model, JSON.stringify([{ model }])],
      );
    },
    async exclude() {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [RELATIONS_LOCK]);
    },
  };
}

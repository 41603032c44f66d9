import type { EntityManager } from 'typeorm';
import type { RelatedRollout, RelationStore } from '#libs/engine';

/** Any number; whoever starts a rollout of a model with relations holds it to the end of its transaction. */
const RELATIONS_LOCK = 7_400_003;

export function relationStore(manager: EntityManager): RelationStore {
  return {
    async downstreams(model) {
      const rows = await manager.query<{ name: string }[]>(
        `SELECT DISTINCT m.name FROM model u JOIN version_upstream e ON e.upstream_model_id = u.id
         JOIN model m ON m.id = e.model_id AND m."primary" = e.version
         WHERE u.name = $1 AND m.name <> $1 ORDER BY m.name`,
        [model],
      );
      return rows.map((row) => row.name);
    },
    async underWay(model, upstreams) {
      return manager.query<RelatedRollout[]>(
        `SELECT m.name AS model, r.version, CASE WHEN m.name = ANY($1) THEN 'upstream' ELSE 'downstream' END AS relation
         FROM rollout r JOIN model m ON m.id = r.model_id
         WHERE r.ended_at IS NULL AND NOT r.queued AND r.state <> 'pending' AND m.name <> $2
           AND (m.name = ANY($1) OR EXISTS (
             SELECT 1 FROM version_upstream e JOIN model u ON u.id = e.upstream_model_id
             WHERE e.model_id = m.id AND e.version IN (r.version, m.primary) AND u.name = $2))
         ORDER BY m.name LIMIT 10`,
        [[...upstreams], model],
      );
    },
    async exclude() {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [RELATIONS_LOCK]);
    },
  };
}

import type { EntityManager } from 'typeorm';
import type { RelatedRollout, RelationStore } from '#libs/engine';
import { query, enqueue } from '../work/statement.ts';
import type { TurnTaker } from '../work/turns.ts';

/**
 * Any number. By itself: all relations. With a model's key: those of that model, under a share of all. Two models that feed each other have
 * a key in common, the one that is consumed; models that have nothing to do with each other wait for nobody.
 */
const RELATIONS_LOCK = 7_400_003;

/** Past `pending`, by itself or with another member of its release group. */
const UNDER_WAY = `r.ended_at IS NULL AND NOT r.queued AND (r.state <> 'pending' OR EXISTS (
    SELECT 1 FROM rollout o WHERE o.group_id = r.group_id AND o.ended_at IS NULL AND o.state <> 'pending'))
  AND ($4::uuid IS NULL OR r.group_id IS DISTINCT FROM $4)`;

/** So many rollouts of a process leave pending at once: more of them would wait for a release group with the whole pool. */
const MOST_AT_ONCE = 4;

export function relationStore(manager: EntityManager, turns: TurnTaker): RelationStore {
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
    async underWay({ model, version, groupId }, upstreams) {
      return manager.query<RelatedRollout[]>(
        `SELECT m.name AS model, r.version, 'upstream' AS relation, coalesce((
             SELECT bool_and(e.acknowledged) FROM version_upstream e JOIN model c ON c.id = e.model_id
             WHERE c.name = $2 AND e.version = $3 AND e.upstream_model_id = m.id), true) AS acknowledged
         FROM rollout r JOIN model m ON m.id = r.model_id
         WHERE ${UNDER_WAY} AND m.name <> $2 AND m.name = ANY($1)
         UNION ALL
         SELECT m.name, r.version, 'downstream', bool_or(e.acknowledged)
         FROM rollout r JOIN model m ON m.id = r.model_id
         JOIN version_upstream e ON e.model_id = m.id AND e.version IN (r.version, m."primary")
         JOIN model u ON u.id = e.upstream_model_id
         WHERE ${UNDER_WAY} AND m.name <> $2 AND NOT m.name = ANY($1) AND u.name = $2
         GROUP BY m.name, r.version
         ORDER BY acknowledged DESC, model LIMIT 10`,
        [[...upstreams], model, version, groupId],
      );
    },
    async excludeAll() {
      turns.take('relations', MOST_AT_ONCE);
      await manager.query('SELECT pg_advisory_xact_lock($1)', [RELATIONS_LOCK]);
    },
    async exclude({ modelId, version }) {
      turns.take('relations', MOST_AT_ONCE);
      await enqueue(manager, 'relations-share', 'SELECT pg_advisory_xact_lock_shared($1)', [RELATIONS_LOCK]);
      await query(
        manager,
        'relations-of',
        `SELECT pg_advisory_xact_lock($1, key) FROM (
           SELECT DISTINCT hashtext(id::text) AS key FROM (
             SELECT $2::uuid AS id
             UNION SELECT e.upstream_model_id FROM version_upstream e JOIN model m ON m.id = e.model_id
               WHERE e.model_id = $2 AND e.version IN ($3, m."primary")) related
           ORDER BY key) keys`,
        [RELATIONS_LOCK, modelId, version],
      );
    },
  };
}

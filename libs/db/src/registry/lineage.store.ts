import type { EntityManager } from 'typeorm';
import type { LineageDescription, LineageStore } from '#libs/engine';
import { VersionUpstreamEntity } from './version-upstream.entity.ts';
import { writeMany } from '../work/statement.ts';

export function lineageStore(manager: EntityManager): LineageStore {
  return {
    async add({ modelId, version }, upstreams) {
      if (upstreams.length === 0) return;
      await manager.insert(
        VersionUpstreamEntity,
        upstreams.map((upstream) => ({
          modelId,
          version,
          upstreamModelId: upstream.modelId,
          upstreamVersion: upstream.version,
          acknowledged: upstream.acknowledged,
        })),
      );
    },
    async unacknowledged({ modelId, version }) {
      const rows = await manager.query<{ name: string }[]>(
        `SELECT DISTINCT u.name FROM version_upstream e JOIN model u ON u.id = e.upstream_model_id
         WHERE e.model_id = $1 AND e.version = $2 AND NOT e.acknowledged`,
        [modelId, version],
      );
      return rows.map(({ name }) => name);
    },
    async edges(of, way) {
      const side = way === 'upstream' ? ['model_id', 'version'] : ['upstream_model_id', 'upstream_version'];
      const rows = await manager.query<{ m: string; v: number; um: string; uv: number }[]>(
        `SELECT e.model_id AS m, e.version AS v, e.upstream_model_id AS um, e.upstream_version AS uv
         FROM version_upstream e JOIN unnest($1::uuid[], $2::int[]) AS k(m, v) ON e.${side[0]} = k.m AND e.${side[1]} = k.v
         ORDER BY 1, 2, 3, 4`,
        [of.map(({ modelId }) => modelId), of.map(({ version }) => version)],
      );
      return rows.map(({ m, v, um, uv }) => ({
        from: { modelId: um, version: uv },
        to: { modelId: m, version: v },
      }));
    },
    async describe(keys) {
      return manager.query<LineageDescription[]>(
        `SELECT v.model_id AS "modelId", v.version, 
                CASE WHEN m.deleted_at IS NULL THEN m.name
                     ELSE (SELECT data ->> 'name' FROM event WHERE model_id = m.id AND type = 'model.deleted') END AS model,
                m."primary" IS NOT DISTINCT FROM v.version AS serves, v.deleted_at IS NOT NULL AS deleted, v.source, v.dataset
         FROM unnest($1::uuid[], $2::int[]) AS k(m, v) JOIN version v ON v.model_id = k.m AND v.version = k.v JOIN model m ON m.id = v.model_id`,
        [keys.map(({ modelId }) => modelId), keys.map(({ version }) => version)],
      );
    },
    async renamed(modelId, from, to) {
      await writeMany(
        manager,
        `WITH affected AS (
           SELECT v.model_id, v.version FROM version v WHERE (v.model_id, v.version) IN (
             SELECT e.model_id, e.version FROM version_upstream e WHERE e.upstream_model_id = $1)
           ORDER BY v.model_id, v.version FOR NO KEY UPDATE OF v)
         UPDATE version v SET upstreams =
           (SELECT jsonb_agg(CASE WHEN u ->> 'model' = $2 THEN jsonb_set(u, '{model}', to_jsonb($3::text)) ELSE u END ORDER BY i)
            FROM jsonb_array_elements(v.upstreams) WITH ORDINALITY AS e(u, i))
         FROM affected a WHERE v.model_id = a.model_id AND v.version = a.version`,
        [modelId, from, to],
      );
    },
  };
}

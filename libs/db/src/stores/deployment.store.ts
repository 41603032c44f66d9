import type { EntityManager } from 'typeorm';
import type { DeploymentRecord, DeploymentStore } from '#libs/engine';
import { DeploymentEntity } from '../entities/index.ts';
import { toInstant } from './convert.ts';
import { ask } from '../statement.ts';
import { toVersionRecord, VERSION_COLUMNS, VERSION_TABLES, type VersionRow } from './version-rows.ts';

export function deploymentStore(manager: EntityManager): DeploymentStore {
  const deployments = manager.getRepository(DeploymentEntity);
  return {
    async find(modelId, version) {
      const found = await deployments.findOneBy({ modelId, version });
      return found && toRecord(found);
    },
    async ofRollouts(rolloutIds) {
      const rows = await manager.query<(Row & { rolloutId: string })[]>(
        `SELECT r.id AS "rolloutId", d.model_id AS "modelId", d.version, d.state, d.url, d.message, d.updated_at AS "updatedAt"
         FROM rollout r JOIN deployment d ON d.model_id = r.model_id AND d.version = r.version WHERE r.id = ANY($1)`,
        [rolloutIds],
      );
      return new Map(rows.map(({ rolloutId, ...row }) => [rolloutId, toRecord(row)]));
    },
    async save(deployment) {
      await deployments.upsert({ ...deployment, updatedAt: () => 'clock_timestamp()' } as never, [
        'modelId',
        'version',
      ]);
    },
    async wanted() {
      const rows = await manager.query<Row[]>(
        `${WANTED} SELECT w.model_id AS "modelId", w.version, d.state, d.url, d.message, d.updated_at AS "updatedAt"
         FROM wanted w JOIN version v USING (model_id, version) LEFT JOIN deployment d USING (model_id, version)
         WHERE v.serving_url IS NULL OR d.state IS DISTINCT FROM 'ready' OR d.url IS DISTINCT FROM v.serving_url
         ORDER BY w.model_id, w.version`,
      );
      if (rows.length === 0) return [];
      const versions = await ask<VersionRow>(
        manager,
        null,
        `SELECT ${VERSION_COLUMNS} FROM ${VERSION_TABLES} JOIN unnest($1::uuid[], $2::int[]) AS k(id, n) ON v.model_id = k.id AND v.version = k.n`,
        [rows.map((row) => row.modelId), rows.map((row) => row.version)],
      );
      const records = new Map(versions.map((row) => [`${row.modelId} ${row.version}`, toVersionRecord(row)]));
      return rows.flatMap((row) => {
        const version = records.get(`${row.modelId} ${row.version}`);
        return version ? [{ version, known: row.state === null ? null : toRecord(row) }] : [];
      });
    },
    async unwanted() {
      const rows = await manager.query<Row[]>(
        `${WANTED} SELECT d.model_id AS "modelId", d.version, d.state, d.url, d.message, d.updated_at AS "updatedAt"
         FROM deployment d LEFT JOIN wanted w USING (model_id, version) WHERE d.state <> 'retired' AND w.version IS NULL`,
      );
      return rows.map(toRecord);
    },
  };
}

/** Every primary, and both sides of every live rollout. */
const WANTED = `WITH wanted AS (
  SELECT id AS model_id, "primary" AS version FROM model WHERE "primary" IS NOT NULL
  UNION SELECT model_id, version FROM rollout WHERE ended_at IS NULL AND NOT queued
  UNION SELECT model_id, "from" FROM rollout WHERE ended_at IS NULL AND NOT queued AND "from" IS NOT NULL)`;

type Row = Omit<DeploymentRecord, 'updatedAt'> & { readonly updatedAt: Date };

function toRecord(row: Row): DeploymentRecord {
  return { ...row, updatedAt: toInstant(row.updatedAt) };
}

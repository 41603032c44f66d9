import { type EntityManager, IsNull } from 'typeorm';
import type { VersionStore } from '#libs/engine';
import { VersionEntity } from './version.entity.ts';
import { query } from '../work/statement.ts';
import { addMetrics, latestMetrics, metricSeries } from './metric-rows.ts';
import { askSearch, type SearchBase, searchSql } from './registry-search.ts';
import { toVersionRecord, VERSION_COLUMNS, VERSION_TABLES, type VersionRow } from './version-rows.ts';

const SEARCH: SearchBase = {
  select: VERSION_COLUMNS,
  from: VERSION_TABLES,
  where: ['v.deleted_at IS NULL'],
  tags: 'v.tags',
  columns: {
    name: {
      column: 'm.name',
      type: 'text',
      equals: (name) => `v.model_id = (SELECT id FROM model WHERE name = ${name})`,
    },
    version_number: { column: 'v.version', type: 'int' },
    run_id: { column: 'v.run_id', type: 'text' },
    source_path: { column: 'v.mlflow_source', type: 'text' },
    created_by: { column: 'v.created_by', type: 'text' },
    creation_timestamp: { column: 'v.created_at', type: 'instant' },
    last_updated_timestamp: { column: 'v.updated_at', type: 'instant' },
  },
};
const PRESENT = `SELECT ${VERSION_COLUMNS} FROM ${VERSION_TABLES} WHERE v.deleted_at IS NULL`;
const BY_ID = `${PRESENT} AND v.model_id = $1 AND v.version = $2`;
const WITH_DIGEST = `SELECT version, deleted_at IS NOT NULL AS "isDeleted" FROM version
  WHERE model_id = $1 AND artifact_digest = $2 ORDER BY version`;
const BY_NAME = `${PRESENT} AND m.name = $1 AND v.version = $2`;
const BY_ALIAS = `${PRESENT} AND m.name = $1 AND v.version = CASE WHEN $2 = 'primary' THEN m."primary"
  ELSE (SELECT a.version FROM alias a WHERE a.model_id = m.id AND a.alias = $2) END`;
/** One look at the index for each stage, however many versions are in it. */
const BY_STAGE = `SELECT ${VERSION_COLUMNS}
  FROM (SELECT DISTINCT stage FROM unnest($2::text[]) AS stage) s CROSS JOIN LATERAL (
    SELECT * FROM version WHERE model_id = $1 AND stage = s.stage AND deleted_at IS NULL ORDER BY version DESC LIMIT 1) v
  JOIN model m ON m.id = v.model_id ORDER BY v.stage`;
/** These return the row as it is after the change. */
const INSERT = `WITH used AS (UPDATE model SET next_version = $2 + 1 WHERE id = $1),
  v AS (
    INSERT INTO version (model_id, version, artifact_uri, artifact_digest, serving_url, health_path, description, tags, source, dataset,
      signature, output_spec, baseline, upstreams, card, mlflow_source, run_id, run_link, stage, created_by, serving_urls)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) RETURNING *)
  SELECT ${VERSION_COLUMNS} FROM v JOIN model m ON m.id = v.model_id`;
const UPDATE = `WITH v AS (
    UPDATE version SET description = coalesce($3, description), tags = (tags || $4) - $5::text[],
      stage = coalesce($6, stage), updated_at = clock_timestamp()
    WHERE model_id = $1 AND version = $2 AND deleted_at IS NULL RETURNING *)
  SELECT ${VERSION_COLUMNS} FROM v JOIN model m ON m.id = v.model_id`;
const REPLACE_OUTPUT_SPEC = `WITH v AS (
    UPDATE version SET output_spec = $3, updated_at = clock_timestamp()
    WHERE model_id = $1 AND version = $2 AND deleted_at IS NULL RETURNING *)
  SELECT ${VERSION_COLUMNS} FROM v JOIN model m ON m.id = v.model_id`;
const REPLACE_SERVING = `WITH v AS (
    UPDATE version SET serving_url = $3, serving_urls = $4, health_path = $5, updated_at = clock_timestamp()
    WHERE model_id = $1 AND version = $2 AND deleted_at IS NULL RETURNING *)
  SELECT ${VERSION_COLUMNS} FROM v JOIN model m ON m.id = v.model_id`;
const json = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

export function versionStore(manager: EntityManager): VersionStore {
  const versions = manager.getRepository(VersionEntity);
  const one = async (name: string, text: string, values: unknown[]) => {
    const [row] = await query<VersionRow>(manager, name, text, values);
    return row ? toVersionRecord(row) : null;
  };
  return {
    find: (modelId, version) => one('version-by-id', BY_ID, [modelId, version]),
    withDigest: (modelId, digest) => query(manager, 'versions-with-digest', WITH_DIGEST, [modelId, digest]),
    findByName: (name, version) => one('version-by-name', BY_NAME, [name, version]),
    findByAlias: (name, alias) => one('version-by-alias', BY_ALIAS, [name, alias]),
    async insert(version) {
      const { artifact, mlflow } = version;
      const made = await one('version-insert', INSERT, [
        ...[version.modelId, version.version, artifact?.uri ?? null, artifact?.digest ?? null],
        ...[
          version.servingUrls[0] ?? null,
          version.healthPath,
          version.description,
          json(version.tags),
          json(version.source),
        ],
        ...[json(version.dataset), json(version.signature), json(version.outputSpec), json(version.baseline)],
        ...[json(version.upstreams), version.card, mlflow.source, mlflow.runId, mlflow.runLink, mlflow.stage],
        version.createdBy,
        version.servingUrls.length > 1 ? version.servingUrls : null,
      ]);
      if (!made) throw new Error(`version ${version.version} was not inserted`);
      return made;
    },
    update(modelId, version, { description, tags = {}, stage }) {
      const [set, removed] = [new Map<string, string>(), [] as string[]];
      for (const [key, value] of Object.entries(tags))
        if (value === null) removed.push(key);
        else set.set(key, value);
      const values = [description ?? null, json(Object.fromEntries(set)), removed, stage ?? null];
      return one('version-update', UPDATE, [modelId, version, ...values]);
    },
    replaceOutputSpec: (modelId, version, outputSpec) =>
      one('version-output-spec', REPLACE_OUTPUT_SPEC, [modelId, version, json(outputSpec)]),
    replaceServing: (modelId, version, { servingUrls: urls, healthPath }) =>
      one('version-serving', REPLACE_SERVING, [
        ...[modelId, version, urls[0] ?? null, urls.length > 1 ? urls : null, healthPath],
      ]),
    async card({ modelId, version }) {
      const text = 'SELECT card FROM version WHERE model_id = $1 AND version = $2';
      const [row] = await query<{ card: string }>(manager, 'version-card', text, [modelId, version]);
      return row?.card ?? '';
    },
    async remove(modelId, version) {
      await versions.update({ modelId, version }, { deletedAt: () => 'clock_timestamp()' } as never);
    },
    async search(search, modelId) {
      const base =
        modelId === undefined ? SEARCH : { ...SEARCH, where: [...SEARCH.where, 'v.model_id = $1'] };
      const asked = searchSql(base, search, modelId === undefined ? [] : [modelId]);
      const rows = await askSearch<VersionRow & { cursor?: string[] }>(manager, search, asked);
      const page = rows.slice(0, search.limit);
      return {
        items: page.map(toVersionRecord),
        more: rows.length > search.limit,
        cursor: page.at(-1)?.cursor ?? null,
      };
    },
    async latestOfStages(modelId, stages) {
      const rows = await query<VersionRow>(manager, 'version-by-stage', BY_STAGE, [modelId, stages]);
      return rows.map(toVersionRecord);
    },
    async ofStage(modelId, stage) {
      const rows = await versions.find({
        where: { modelId, stage, deletedAt: IsNull() },
        select: { version: true },
      });
      return rows.map(({ version }) => version);
    },
    addMetrics: (key, points) => addMetrics(manager, key, points),
    latestMetrics: (modelId, numbers) => latestMetrics(manager, modelId, numbers),
    metricSeries: (key, metric, page) => metricSeries(manager, key, metric, page),
  };
}

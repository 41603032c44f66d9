import type { EntityManager } from 'typeorm';
import { PROBE_EVERY_MS, type DeploymentRecord, type DeploymentStore } from '#libs/engine';
import { redact } from '#libs/kernel';
import { toInstant } from '../work/convert.ts';
import { query } from '../work/statement.ts';
import {
  toVersionRecord,
  VERSION_COLUMNS,
  VERSION_TABLES,
  type VersionRow,
} from '../registry/version-rows.ts';

const COLUMNS = `d.model_id AS "modelId", d.version, d.state, d.url, d.message, d.misses, d.ready_path AS "readyPath",
  coalesce(d.since, d.updated_at) AS since, d.asked_at AS "askedAt", d.updated_at AS "updatedAt"`;

/** By its index: those that were retired are many after a while. */
const RUNNING = `'starting', 'ready', 'not_ready', 'failed'`;

/** Every primary, and both sides of every live rollout. */
const ON_ROUTES = `SELECT id AS model_id, "primary" AS version FROM model WHERE "primary" IS NOT NULL
  UNION SELECT model_id, version FROM rollout WHERE ended_at IS NULL AND NOT queued
  UNION SELECT model_id, "from" FROM rollout WHERE ended_at IS NULL AND NOT queued AND "from" IS NOT NULL`;

/** What a rollback would go to and nobody has to start: the newest five proven primaries that bring their URL. */
const IN_REACH = `SELECT m.id AS model_id, way.version FROM model m CROSS JOIN LATERAL (
    SELECT h.version
    -- From the newest on, only as far as five take it: a history has as many as there ever were.
    FROM (SELECT version FROM unnest(m.primary_history) WITH ORDINALITY AS all_of_them(version, place)
          ORDER BY place DESC OFFSET 0) AS h
    WHERE h.version <> m."primary"
      AND (SELECT v.deleted_at IS NULL AND v.serving_url IS NOT NULL FROM version v
           WHERE v.model_id = m.id AND v.version = h.version)
      AND (SELECT t.proven FROM primary_term t WHERE t.model_id = m.id AND t.version = h.version
           ORDER BY t.sequence DESC LIMIT 1)
    LIMIT 5) AS way
  WHERE m.deleted_at IS NULL`;

/** Once, not once for each row that it is compared with, however few of them PostgreSQL expects. */
const WANTED = `WITH wanted AS MATERIALIZED (${ON_ROUTES} UNION ${IN_REACH})`;

/** @param $6 the path at which it is ready; `$7`: whether that is said at all */
const SAVE = `INSERT INTO deployment AS d (model_id, version, state, url, message, ready_path, since, asked_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp(), clock_timestamp(), clock_timestamp())
  ON CONFLICT (model_id, version) DO UPDATE SET state = excluded.state, url = excluded.url, message = excluded.message,
    ready_path = CASE WHEN $7::boolean THEN excluded.ready_path ELSE d.ready_path END,
    since = CASE WHEN d.state = excluded.state THEN coalesce(d.since, d.updated_at) ELSE excluded.since END,
    asked_at = CASE WHEN d.state = 'retired' THEN excluded.asked_at ELSE d.asked_at END,
    updated_at = excluded.updated_at`;

/** Servers are asked every 30 seconds at most: what waits for longer was written before a clock was set back. */
const IS_DUE = `d.probe_due_at IS NULL OR d.probe_due_at <= clock_timestamp() OR d.probe_due_at > clock_timestamp() + interval '1 minute'`;

/** Whoever claims first probes; the next probe is due after the interval, more or less, so that they spread. */
const CLAIM = `WITH watched AS (
    SELECT model_id, version, min(every) AS every FROM (
      SELECT model_id, version, ${PROBE_EVERY_MS.route} AS every FROM (${ON_ROUTES}) AS routes
      UNION ALL SELECT model_id, version, ${PROBE_EVERY_MS.reach} FROM (${IN_REACH}) AS reach
    ) AS all_of_them GROUP BY model_id, version),
  due AS (
    SELECT w.model_id, w.version, clock_timestamp() + w.every * (0.85 + 0.3 * random()) * interval '1 ms' AS next
    FROM watched w JOIN version v USING (model_id, version) LEFT JOIN deployment d USING (model_id, version)
    WHERE v.serving_url IS NOT NULL AND v.deleted_at IS NULL
      AND (d.state IS NULL OR d.state = 'retired' OR ${IS_DUE})
    ORDER BY d.probe_due_at NULLS FIRST LIMIT $1)
  INSERT INTO deployment AS d (model_id, version, state, message, since, asked_at, updated_at, probe_due_at)
  SELECT model_id, version, 'starting', 'it was not asked yet', clock_timestamp(), clock_timestamp(), clock_timestamp(), next
  FROM due ORDER BY model_id, version
  ON CONFLICT (model_id, version) DO UPDATE SET probe_due_at = excluded.probe_due_at,
    misses = CASE WHEN d.state = 'retired' THEN 0 ELSE d.misses END,
    -- Since a time that is still to come: a clock was set back, and it would start for as long as that one had been ahead.
    since = CASE WHEN d.state = 'retired' OR d.since > excluded.since + interval '1 second' THEN excluded.since ELSE d.since END,
    asked_at = CASE WHEN d.state = 'retired' THEN excluded.asked_at ELSE d.asked_at END,
    state = CASE WHEN d.state = 'retired' THEN 'starting' ELSE d.state END
    WHERE d.state = 'retired' OR ${IS_DUE}
  RETURNING ${COLUMNS}`;

const NOTE = `UPDATE deployment SET misses = $3,
    probe_due_at = CASE WHEN $4::float8 IS NULL THEN probe_due_at ELSE clock_timestamp() + $4 * interval '1 ms' END
  WHERE model_id = $1 AND version = $2`;

export function deploymentStore(manager: EntityManager): DeploymentStore {
  const withVersions = async (rows: readonly Row[]) => {
    if (rows.length === 0) return [];
    const versions = await query<VersionRow>(
      manager,
      null,
      `SELECT ${VERSION_COLUMNS} FROM ${VERSION_TABLES} JOIN unnest($1::uuid[], $2::int[]) AS k(id, n) ON v.model_id = k.id AND v.version = k.n`,
      [rows.map((row) => row.modelId), rows.map((row) => row.version)],
    );
    const records = new Map(versions.map((row) => [`${row.modelId} ${row.version}`, toVersionRecord(row)]));
    return rows.flatMap((row) => {
      const version = records.get(`${row.modelId} ${row.version}`);
      return version ? [{ version, row }] : [];
    });
  };
  return {
    async find(modelId, version) {
      const [row] = await query<Row>(
        manager,
        'deployment-find',
        `SELECT ${COLUMNS} FROM deployment d WHERE model_id = $1 AND version = $2`,
        [modelId, version],
      );
      return row ? toRecord(row) : null;
    },
    async ofRollouts(rolloutIds) {
      const rows = await manager.query<(Row & { rolloutId: string })[]>(
        `SELECT r.id AS "rolloutId", ${COLUMNS}
         FROM rollout r JOIN deployment d ON d.model_id = r.model_id AND d.version = r.version WHERE r.id = ANY($1)`,
        [rolloutIds],
      );
      return new Map(rows.map(({ rolloutId, ...row }) => [rolloutId, toRecord(row)]));
    },
    async ofVersions(modelId, versions) {
      const rows = await query<Row>(
        manager,
        'deployments-of-versions',
        `SELECT ${COLUMNS} FROM deployment d WHERE model_id = $1 AND version = ANY($2::int[])`,
        [modelId, versions],
      );
      return new Map(rows.map((row) => [row.version, toRecord(row)]));
    },
    async save({ modelId, version, state, url, message, readyPath }) {
      const said = [readyPath ?? null, readyPath !== undefined];
      await query(manager, 'deployment-save', SAVE, [modelId, version, state, url, redact(message), ...said]);
    },
    async wanted() {
      const rows = await manager.query<Row[]>(
        `${WANTED} SELECT ${COLUMNS}, w.model_id AS "modelId", w.version
         FROM wanted w JOIN version v USING (model_id, version) LEFT JOIN deployment d USING (model_id, version)
         WHERE v.serving_url IS NULL ORDER BY w.model_id, w.version`,
      );
      const found = await withVersions(rows);
      return found.map(({ version, row }) => ({ version, known: row.state === null ? null : toRecord(row) }));
    },
    async unwanted() {
      const rows = await manager.query<Row[]>(
        `${WANTED} SELECT ${COLUMNS}
         FROM deployment d LEFT JOIN wanted w USING (model_id, version) WHERE d.state IN (${RUNNING}) AND w.version IS NULL`,
      );
      return rows.map(toRecord);
    },
    async claimProbes(most) {
      const found = await withVersions(await query<Row>(manager, 'probes-claim', CLAIM, [most]));
      return found.map(({ version, row }) => ({ version, known: toRecord(row) }));
    },
    async noteProbe({ modelId, version }, { misses, nextInMs }) {
      await query(manager, 'probe-note', NOTE, [modelId, version, misses, nextInMs]);
    },
    async count() {
      return query<{ role: 'route' | 'reach'; state: DeploymentRecord['state']; many: number }>(
        manager,
        'deployments-count',
        `WITH routes AS (${ON_ROUTES}) SELECT CASE WHEN r.version IS NULL THEN 'reach' ELSE 'route' END AS role, d.state, count(*)::int AS many
         FROM deployment d LEFT JOIN routes r USING (model_id, version) WHERE d.state IN (${RUNNING}) GROUP BY 1, 2`,
        [],
      );
    },
  };
}

type Row = Omit<DeploymentRecord, 'updatedAt' | 'since' | 'askedAt'> & {
  readonly updatedAt: Date;
  readonly since: Date | null;
  readonly askedAt: Date | null;
};

function toRecord({ since, askedAt, updatedAt, ...row }: Row): DeploymentRecord {
  return {
    ...row,
    since: since && toInstant(since),
    askedAt: askedAt && toInstant(askedAt),
    updatedAt: toInstant(updatedAt),
  };
}

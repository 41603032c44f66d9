import type { EntityManager } from 'typeorm';
import type { MetricPoint, Page, PageRequest, VersionKey } from '#libs/engine';
import { query, enqueue } from '../work/statement.ts';
import { decodePageToken, toInstant, toPage } from '../work/convert.ts';

/**
 * The newest point of each metric of each version, by stepping from name to name along the primary
 * key: a series may have a million points.
 */
const LATEST = `SELECT k.version, n.name, n.value FROM unnest($2::int[]) AS k(version), LATERAL (
  WITH RECURSIVE latest AS (
    (SELECT name, value FROM version_metric WHERE model_id = $1 AND version = k.version
     ORDER BY name DESC, step DESC LIMIT 1)
    UNION ALL
    SELECT found.name, found.value FROM latest, LATERAL (
      SELECT name, value FROM version_metric m
      WHERE m.model_id = $1 AND m.version = k.version AND m.name < latest.name
      ORDER BY name DESC, step DESC LIMIT 1) found
  ) SELECT name, value FROM latest) n`;

/** Adds points to series; the same metric and step again replaces the value. */
export async function addMetrics(
  manager: EntityManager,
  { modelId, version }: VersionKey,
  points: readonly MetricPoint[],
): Promise<void> {
  if (points.length === 0) return;
  // The last of a metric and step counts; one statement cannot write a row twice.
  const last = [...new Map(points.map((point) => [`${point.step} ${point.metric}`, point])).values()];
  await enqueue(
    manager,
    'metric-add',
    `INSERT INTO version_metric (model_id, version, name, step, value, recorded_at)
     SELECT $1, $2, name, step, value, coalesce(to_timestamp(at / 1000), clock_timestamp())
     FROM unnest($3::text[], $4::int[], $5::float8[], $6::float8[]) AS p(name, step, value, at)
     ON CONFLICT (model_id, version, name, step)
     DO UPDATE SET value = EXCLUDED.value, recorded_at = EXCLUDED.recorded_at`,
    [
      modelId,
      version,
      last.map(({ metric }) => metric),
      last.map(({ step }) => step),
      last.map(({ value }) => value),
      last.map(({ at }) => at),
    ],
  );
}

export async function latestMetrics(
  manager: EntityManager,
  modelId: string,
  versions: readonly number[],
): Promise<ReadonlyMap<number, Readonly<Record<string, number>>>> {
  const latest = new Map<number, Record<string, number>>();
  if (versions.length === 0) return latest;
  const rows = await query<{ version: number; name: string; value: number }>(
    manager,
    'metric-latest',
    LATEST,
    [modelId, versions],
  );
  for (const { version, name, value } of rows.reverse())
    latest.set(version, { ...latest.get(version), [name]: value });
  return latest;
}

/** @param metric one metric's series, by step; `null`: all of them, by name */
export async function metricSeries(
  manager: EntityManager,
  { modelId, version }: VersionKey,
  metric: string | null,
  { pageSize, pageToken }: PageRequest,
): Promise<Page<MetricPoint & { at: number }>> {
  const after = decodePageToken(pageToken, ['int', 'text']);
  const [step, name] = after === null ? [null, null] : [Number(after[0]), after[1]];
  const rows = await query<{ metric: string; step: number; value: number; at: Date }>(
    manager,
    'metric-series',
    `SELECT name AS metric, step, value, recorded_at AS at FROM version_metric
     WHERE model_id = $1 AND version = $2 AND ($3::text IS NULL OR name = $3)
       AND ($4::text IS NULL OR (name, step) > ($4, $5::int))
     ORDER BY name, step LIMIT $6`,
    [modelId, version, metric, name, step, pageSize + 1],
  );
  const points = rows.map(({ at, ...point }) => ({ ...point, at: toInstant(at) }));
  return toPage(points, pageSize, (point) => `${point.step} ${point.metric}`);
}

import type { EntityManager } from 'typeorm';
import {
  GATEWAY_ALIVE_MS,
  type DeploymentRecord,
  type OutageRecord,
  type OutageStore,
  type OutGateway,
  type PrimaryLook,
  type PrimaryWordRecord,
} from '#libs/engine';
import { IS_ALIVE } from './gateway-alive.ts';
import { query } from '../work/statement.ts';

const MS = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

const OUTAGE = `o.version AS "outVersion", o.cause, o.scope, ${MS('o.since')} AS since, o.because, o.gateways,
  ${MS('o.suspected_at')} AS "suspectedAt", ${MS('o.announced_at')} AS "announcedAt", ${MS('o.quiet_since')} AS "quietSince"`;

/** Said, probed, or known to be out. Each part is of few rows, by an index. */
const SUSPECTS = `SELECT model_id FROM primary_outage
  UNION SELECT w.model_id FROM gateway_primary w JOIN model p ON p.id = w.model_id AND p."primary" = w.version
    WHERE w.state IN ('unreachable', 'failing') AND w.told_at > clock_timestamp() - interval '1 minute'
  UNION SELECT d.model_id FROM deployment d JOIN model p ON p.id = d.model_id AND p."primary" = d.version
    WHERE d.state IN ('starting', 'not_ready', 'failed')`;

const LOOKS = `SELECT m.id AS "modelId", m.name AS model, m."primary" AS version, d.state AS "probeState", d.message,
    ${MS('coalesce(d.since, d.updated_at)')} AS "probedSince", ${OUTAGE}
  FROM (${SUSPECTS}) AS s JOIN model m ON m.id = s.model_id AND m.deleted_at IS NULL
    LEFT JOIN deployment d ON d.model_id = m.id AND d.version = m."primary"
    LEFT JOIN primary_outage o ON o.model_id = m.id
  WHERE $1::uuid IS NULL OR m.id = $1 ORDER BY m.name`;

const WORDS = `SELECT w.model_id AS "modelId", w.gateway_id AS gateway, w.version, w.state, ${MS('w.since')} AS since,
    w.failures, w.because, ${MS('w.told_at')} AS "toldAt", ${MS('g.seen_at')} AS "seenAt"
  FROM gateway_primary w JOIN gateway g ON g.id = w.gateway_id WHERE w.model_id = ANY ($1::uuid[]) ORDER BY w.gateway_id`;

/** In a fixed order; a gateway writes its own rows only. */
const TELL = `INSERT INTO gateway_primary AS w (gateway_id, model_id, version, state, since, failures, because, told_at)
  SELECT DISTINCT ON (m.id) $1, m.id, t.version, t.state, clock_timestamp() - t.for_ms * interval '1 ms', t.failures, t.because,
    clock_timestamp()
  FROM unnest($2::text[], $3::int[], $4::text[], $5::float8[], $6::int[], $7::text[]) WITH ORDINALITY
      AS t(model, version, state, for_ms, failures, because, place)
    JOIN model m ON m.name = t.model AND m.deleted_at IS NULL
  WHERE t.state <> 'unknown' ORDER BY m.id, t.place DESC
  ON CONFLICT (gateway_id, model_id) DO UPDATE SET version = excluded.version, state = excluded.state, since = excluded.since,
    failures = excluded.failures, because = excluded.because, told_at = excluded.told_at`;

const TAKE_BACK = `DELETE FROM gateway_primary w USING model m
  WHERE w.gateway_id = $1 AND m.id = w.model_id AND m.name = ANY ($2::text[])`;

const SAVE = `INSERT INTO primary_outage (model_id, version, cause, scope, since, because, gateways, suspected_at, announced_at, quiet_since)
  VALUES ($1, $2, $3, $4, to_timestamp($5::float8 / 1000), $6, $7::jsonb, to_timestamp($8::float8 / 1000),
    to_timestamp($9::float8 / 1000), to_timestamp($10::float8 / 1000))
  ON CONFLICT (model_id) DO UPDATE SET version = excluded.version, cause = excluded.cause, scope = excluded.scope,
    since = excluded.since, because = excluded.because, gateways = excluded.gateways, suspected_at = excluded.suspected_at,
    announced_at = excluded.announced_at, quiet_since = excluded.quiet_since`;

export function outageStore(manager: EntityManager): OutageStore {
  return {
    async tell(gateway, words) {
      if (words.length === 0) return;
      const withdrawn = words.filter(({ state }) => state === 'unknown').map(({ model }) => model);
      if (withdrawn.length > 0) await query(manager, 'primary-take-back', TAKE_BACK, [gateway, withdrawn]);
      if (withdrawn.length === words.length) return;
      await query(manager, 'primary-tell', TELL, [
        gateway,
        words.map(({ model }) => model),
        words.map(({ version }) => version),
        words.map(({ state }) => state),
        words.map(({ forMs }) => forMs),
        words.map(({ failures }) => failures),
        words.map(({ because }) => because),
      ]);
    },

    async inQuestion(most) {
      const rows = await query<{ name: string }>(
        manager,
        'primaries-in-question',
        `SELECT m.name FROM (${SUSPECTS}) AS s JOIN model m ON m.id = s.model_id AND m.deleted_at IS NULL ORDER BY m.name LIMIT $1`,
        [most],
      );
      return rows.map(({ name }) => name);
    },

    async looks(modelId) {
      const rows = await query<LookRow>(manager, 'primary-looks', LOOKS, [modelId ?? null]);
      if (rows.length === 0) return [];
      const ids = rows.map((row) => row.modelId);
      const words = await query<PrimaryWordRecord & { modelId: string }>(manager, 'primary-words', WORDS, [
        ids,
      ]);
      // The clock last: nothing that was read is of later than it.
      const [at] = await query<{ now: number; alive: string[] }>(
        manager,
        'gateways-alive',
        `SELECT ${MS('clock_timestamp()')} AS now, ARRAY(SELECT id FROM gateway
           WHERE ${IS_ALIVE('seen_at', '$1')} ORDER BY id) AS alive`,
        [GATEWAY_ALIVE_MS / 1_000],
      );
      const { now, alive } = at as { now: number; alive: string[] };
      return rows.map((row) => toLook(row, words, { now: Math.floor(now), alive }));
    },

    async save(modelId, outage) {
      if (outage === null)
        return void (await query(manager, 'outage-over', 'DELETE FROM primary_outage WHERE model_id = $1', [
          modelId,
        ]));
      const { version, cause, scope, since, because, gateways, suspectedAt, announcedAt, quietSince } =
        outage;
      const said = [version, cause, scope, since, because, JSON.stringify(gateways)];
      await query(manager, 'outage-save', SAVE, [modelId, ...said, suspectedAt, announcedAt, quietSince]);
    },

    async ofModels(modelIds) {
      const rows = await query<OutageRow & { modelId: string }>(
        manager,
        'outages-of',
        `SELECT o.model_id AS "modelId", ${OUTAGE} FROM primary_outage o WHERE o.model_id = ANY ($1::uuid[])`,
        [modelIds],
      );
      return new Map(rows.map((row) => [row.modelId, toOutage(row, row.outVersion ?? 0)]));
    },

    async all() {
      const rows = await query<OutageRow & { model: string }>(
        manager,
        'outages',
        `SELECT m.name AS model, ${OUTAGE} FROM primary_outage o JOIN model m ON m.id = o.model_id ORDER BY m.name`,
        [],
      );
      return rows.map((row) => ({ model: row.model, outage: toOutage(row, row.outVersion ?? 0) }));
    },
  };
}

interface OutageRow {
  readonly outVersion: number | null;
  readonly cause: OutageRecord['cause'];
  readonly scope: OutageRecord['scope'];
  readonly since: number;
  readonly because: string;
  readonly gateways: readonly OutGateway[];
  readonly suspectedAt: number;
  readonly announcedAt: number | null;
  readonly quietSince: number | null;
}

interface LookRow extends OutageRow {
  readonly modelId: string;
  readonly model: string;
  readonly version: number | null;
  readonly probeState: DeploymentRecord['state'] | null;
  readonly message: string | null;
  readonly probedSince: number | null;
}

function toOutage(row: OutageRow, version: number): OutageRecord {
  const { cause, scope, since, because, gateways, suspectedAt, announcedAt, quietSince } = row;
  return { version, cause, scope, since, because, gateways, suspectedAt, announcedAt, quietSince };
}

function toLook(
  row: LookRow,
  all: readonly (PrimaryWordRecord & { modelId: string })[],
  at: { readonly now: number; readonly alive: readonly string[] },
): PrimaryLook {
  const { modelId, model, version, probeState, message, probedSince: since } = row;
  const words = all
    .filter((word) => word.modelId === modelId)
    .map(({ modelId: _, ...word }): PrimaryWordRecord => word);
  const probes = probeState === null ? null : { state: probeState, message: message ?? '', since };
  const known = row.outVersion === null ? null : toOutage(row, row.outVersion);
  return { modelId, model, known, facts: { ...at, version, words, probes } };
}

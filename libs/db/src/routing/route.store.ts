import type { EntityManager } from 'typeorm';
import { GATEWAY_ALIVE_MS, type RouteRevision, type RouteStore } from '#libs/engine';
import type { CallerRules, RetiredRoute, Route, RouteTarget } from '#libs/traffic';
import { IS_ALIVE, NEVER_SEEN, NOT_AHEAD } from './gateway-alive.ts';
import { RouteEntity } from './route.entity.ts';
import { notify } from '../connection/notify.ts';
import { query } from '../work/statement.ts';
import { toInstantOrNull } from '../work/convert.ts';

const healthPathOf = (arm: string): string => `(SELECT v.health_path FROM version v
  WHERE v.model_id = r.model_id AND v.version = (r.${arm}->>'version')::int)`;
/** A deleted model's last route stays, under the name that gateways know, until another model of that name has a newer one. */
const NAME = 'coalesce(m.routed_as, m.name)';
const COLUMNS = `r.model_id, ${NAME} AS model, r.revision, r."primary", r.candidate, r.salt,
  r.rollout_id AS "rolloutId", r.output_spec AS "outputSpec", r.reading, r.callers, r.retired,
  ${healthPathOf('"primary"')} AS "primaryHealthPath", ${healthPathOf('candidate')} AS "candidateHealthPath"`;
const OF_MODEL = `SELECT ${COLUMNS} FROM route r JOIN model m ON m.id = r.model_id WHERE r.model_id = $1`;
const NEWEST = 'ORDER BY r.revision DESC LIMIT 1';

type Row = Omit<Route, 'callers' | 'retired'> & {
  model_id: string;
  callers: CallerRules | null;
  retired: RetiredRoute | null;
  primaryHealthPath: string | null;
  candidateHealthPath: string | null;
};

export function routeStore(manager: EntityManager): RouteStore {
  return {
    async find(modelId) {
      const [row] = await manager.query<Row[]>(`${OF_MODEL} ${NEWEST}`, [modelId]);
      return row ? toRoute(row) : null;
    },
    async all() {
      // One look at the index for each model, however many revisions it has.
      const rows = await manager.query<Row[]>(
        `SELECT DISTINCT ON (${NAME}) ${COLUMNS} FROM model m
         CROSS JOIN LATERAL (SELECT * FROM route r WHERE r.model_id = m.id ${NEWEST}) r
         ORDER BY ${NAME}, r.revision DESC`,
      );
      return rows.map(toRoute);
    },
    async revisions() {
      return query<RouteRevision>(
        manager,
        'route revisions',
        `SELECT DISTINCT ON (${NAME}) m.id AS "modelId", ${NAME} AS model, newest.revision FROM model m
         CROSS JOIN LATERAL (SELECT revision FROM route WHERE model_id = m.id ORDER BY revision DESC LIMIT 1) newest
         ORDER BY ${NAME}, newest.revision DESC`,
        [],
      );
    },
    async lastRevisionNamed(name) {
      const [row] = await query<{ revision: number }>(
        manager,
        'last-revision-named',
        `SELECT coalesce(max(r.revision), 0)::int AS revision FROM model m JOIN route r ON r.model_id = m.id WHERE m.routed_as = $1`,
        [name],
      );
      return row?.revision ?? 0;
    },
    async save(modelId, route, stepIndex, startPhase) {
      const { model: _name, ...columns } = route;
      await manager
        .getRepository(RouteEntity)
        .insert({ modelId, ...columns, stepIndex, startPhase } as never);
      await notify(manager, fits(route) ? { kind: 'route', modelId, route } : { kind: 'route', modelId });
    },
    async acknowledgement(modelId, revision) {
      const rows = await manager.query<{ id: string; isBehind: boolean }[]>(
        `SELECT g.id, coalesce(gr.revision, 0) < $2 AS "isBehind"
         FROM gateway g LEFT JOIN gateway_route gr ON gr.gateway_id = g.id AND gr.model_id = $1
         WHERE ${IS_ALIVE('g.seen_at', '$3')} ORDER BY g.id`,
        [modelId, revision, GATEWAY_ALIVE_MS / 1_000],
      );
      return { alive: rows.length, behind: rows.filter((row) => row.isBehind).map((row) => row.id) };
    },
    async unheard(modelId, revision, withinMs) {
      const rows = await manager.query<{ id: string }[]>(
        `SELECT g.id FROM gateway g JOIN gateway_route gr ON gr.gateway_id = g.id AND gr.model_id = $1
         WHERE gr.revision < $2 AND g.seen_at > clock_timestamp() - make_interval(secs => $4) AND NOT (${IS_ALIVE('g.seen_at', '$3')})
         ORDER BY g.id`,
        [modelId, revision, GATEWAY_ALIVE_MS / 1_000, withinMs / 1_000],
      );
      return rows.map(({ id }) => id);
    },
    async stepRoutedAt({ modelId, id, stepIndex }) {
      const [row] = await manager.query<{ at: Date | null }[]>(
        'SELECT min(created_at) AS at FROM route WHERE model_id = $1 AND rollout_id = $2 AND step_index = $3',
        [modelId, id, stepIndex],
      );
      return toInstantOrNull(row?.at ?? null);
    },
    async lastHeardAt() {
      const [row] = await manager.query<{ at: Date | null }[]>(
        `SELECT max(seen_at) AS at FROM gateway WHERE seen_at > ${NEVER_SEEN} AND ${NOT_AHEAD('seen_at', '$1')}`,
        [GATEWAY_ALIVE_MS / 1_000],
      );
      return toInstantOrNull(row?.at ?? null);
    },
  };
}

/** The route of a model that was in force at an instant (ms); `null` before its first one. */
export async function routeAt(manager: EntityManager, modelId: string, at: number): Promise<Route | null> {
  const [row] = await manager.query<Row[]>(
    `${OF_MODEL} AND r.created_at <= to_timestamp($2::float8 / 1000) ${NEWEST}`,
    [modelId, at],
  );
  return row ? toRoute(row) : null;
}

/** PostgreSQL refuses payloads of 8,000 bytes; the rest of the message is short. */
const fits = (route: Route): boolean => Buffer.byteLength(JSON.stringify(route)) < 7_500;

function toRoute(row: Row): Route {
  const { model_id: _id, callers, retired, primaryHealthPath, candidateHealthPath, ...stored } = row;
  const route: Route = {
    ...stored,
    primary: probed(stored.primary, primaryHealthPath),
    candidate: stored.candidate && probed(stored.candidate, candidateHealthPath),
  };
  return {
    ...route,
    ...(callers === null ? {} : { callers }),
    ...(retired === null ? {} : { retired }),
  };
}

/** A route that was stored by a release whose targets had no health path gets its version's. */
const probed = <T extends RouteTarget>(target: T, healthPath: string | null): T =>
  healthPath === null || typeof target.healthPath === 'string' ? target : { ...target, healthPath };

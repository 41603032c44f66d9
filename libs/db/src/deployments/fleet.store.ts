import type { EntityManager } from 'typeorm';
import { type BehindRoute, type FleetStore, GATEWAY_ALIVE_MS, type KnownPlane } from '#libs/engine';
import { IS_ALIVE, NEVER_SEEN } from '../routing/gateway-alive.ts';
import { toInstant } from '../work/convert.ts';
import { query } from '../work/statement.ts';

/** Data planes that are shown. */
const MOST = 500;

const LATELY = (seenAt: string): string => `${seenAt} > clock_timestamp() - make_interval(secs => $1)`;
const ABILITIES = `SELECT name, seen_at AS "seenAt" FROM worker_ability WHERE ${LATELY('seen_at')} ORDER BY name LIMIT ${MOST}`;
/** A plane that serves nobody was never seen, and is there for as long as its boot reports. */
const PLANES = `SELECT g.id, NULLIF(g.seen_at, ${NEVER_SEEN}) AS "seenAt", ${IS_ALIVE('g.seen_at', '$2')} AS "isAlive",
    (SELECT greatest(g.seen_at, b.seen_at) FROM gateway_boot b WHERE b.gateway_id = g.id AND b.boot = g.boot) AS "heardAt",
    (SELECT count(*)::int FROM gateway_route gr WHERE gr.gateway_id = g.id) AS acknowledged
  FROM gateway g
  WHERE ${LATELY('g.seen_at')} OR (g.seen_at = ${NEVER_SEEN} AND EXISTS (
    SELECT 1 FROM gateway_boot b WHERE b.gateway_id = g.id AND b.boot = g.boot AND ${LATELY('b.seen_at')}))
  ORDER BY g.id LIMIT ${MOST}`;
const NEWEST = `SELECT m.id, m.name, r.revision, r.created_at FROM model m
  CROSS JOIN LATERAL (SELECT revision, created_at FROM route WHERE model_id = m.id ORDER BY revision DESC LIMIT 1) r
  WHERE m.deleted_at IS NULL`;
/** As `acknowledgement` and `unheard` of routes have it: what a step waits for, and what of older routes a silent one may serve by. */
const BEHIND = `WITH newest AS MATERIALIZED (${NEWEST}), late AS (
    SELECT g.id, n.name, coalesce(gr.revision, 0) AS has, n.revision, n.created_at,
      count(*) OVER (PARTITION BY g.id)::int AS behind, row_number() OVER (PARTITION BY g.id ORDER BY n.created_at, n.name) AS place
    FROM gateway g CROSS JOIN newest n LEFT JOIN gateway_route gr ON gr.gateway_id = g.id AND gr.model_id = n.id
    WHERE g.seen_at > clock_timestamp() - interval '1 hour' AND (${IS_ALIVE('g.seen_at', '$1')} OR gr.revision IS NOT NULL)
      AND coalesce(gr.revision, 0) < n.revision)
  SELECT id, name AS model, has AS revision, revision AS newest, created_at AS "publishedAt", behind FROM late WHERE place <= $2 ORDER BY id, place`;
const ROUTED = `SELECT count(*)::int AS n FROM (${NEWEST}) newest`;

type Late = Omit<BehindRoute, 'publishedAt'> & {
  readonly id: string;
  readonly publishedAt: Date;
  readonly behind: number;
};
type Plane = Pick<KnownPlane, 'id' | 'isAlive' | 'acknowledged'> & {
  readonly seenAt: Date | null;
  readonly heardAt: Date | null;
};

export function fleetStore(manager: EntityManager): FleetStore {
  return {
    async abilities(withinMs) {
      const rows = await query<{ name: string; seenAt: Date }>(manager, 'told-abilities', ABILITIES, [
        withinMs / 1_000,
      ]);
      return rows.map(({ name, seenAt }) => ({ name, seenAt: toInstant(seenAt) }));
    },
    async planes(withinMs, most) {
      const alive = GATEWAY_ALIVE_MS / 1_000;
      const planes = await query<Plane>(manager, 'planes', PLANES, [withinMs / 1_000, alive]);
      const late = await query<Late>(manager, 'planes-behind', BEHIND, [alive, most]);
      return planes.map(({ seenAt, heardAt, ...plane }) => {
        const its = late.filter(({ id }) => id === plane.id);
        const firstBehind = its.map(({ id: _, behind: _n, publishedAt, ...one }) => ({
          ...one,
          publishedAt: toInstant(publishedAt),
        }));
        return {
          ...plane,
          seenAt: seenAt && toInstant(seenAt),
          heardAt: heardAt && toInstant(heardAt),
          behind: its[0]?.behind ?? 0,
          firstBehind,
        };
      });
    },
    async routed() {
      const [row] = await query<{ n: number }>(manager, 'routed-models', ROUTED, []);
      return row?.n ?? 0;
    },
  };
}

import type { EntityManager } from 'typeorm';
import { enqueue } from '../work/statement.ts';

/**
 * Events that a person acts on. They wait neither behind news of verdicts, of which there are many, nor behind any other event that is stuck: tried again
 * only later than in 90 s (longer than a claim), or tried for so long, however soon it is tried again; nor behind what waits for such.
 */
const ALARMS = `'rollout.rolled_back', 'rollout.paused', 'rollout.waits', 'rollout.not_started', 'primary.unreachable', 'version.not_ready'`;
const STUCK_S = 90;

/** What an event is for those that wait behind it. @param type an expression of SQL */
export const kindOf = (type: string): string =>
  `CASE WHEN ${type} IN (${ALARMS}) THEN 'alarm' WHEN ${type} = 'rollout.judged' THEN 'verdict' ELSE 'news' END`;
/** A process of the release before queues events without their kind. */
const kindIn = (o: string): string =>
  `coalesce(${o}.kind, (SELECT ${kindOf('e.type')} FROM event e WHERE e.model_id = ${o}.model_id AND e.sequence = ${o}.sequence))`;

const NOW = 'to_timestamp($1::float8 / 1000)';
const isStuck = (o: string): string =>
  `(${o}.next_at > ${NOW} + interval '${STUCK_S} seconds' OR coalesce(${o}.first_tried_at < ${NOW} - interval '${STUCK_S} seconds', false))`;
const waitsFor = (o: string): string => `${o}.subscription_id = s.id AND ${o}.state = 'waiting'`;
const isAlarm = (o: string): string => `coalesce(${o}.kind, 'alarm') = 'alarm' AND ${kindIn(o)} = 'alarm'`;

/** The first event of the next model for which something waits: by `outgoing_first`, however much waits behind it. */
const firstWhere = (
  isNext: string,
): string => `SELECT o.id, o.model_id, o.sequence, o.kind, o.next_at, o.first_tried_at FROM outgoing o
  WHERE ${waitsFor('o')} AND ${isNext} ORDER BY o.model_id, o.sequence LIMIT 1`;
/**
 * What may go out to a subscription. Of each model the first event that waits; if that is no news, or stuck, the first alarm that was never tried
 * (`outgoing_alarm`), unless the alarm before it was (`outgoing_tried`) and is not stuck. An alarm that was tried waits for nothing but its own time
 * (`outgoing_tried_due`).
 */
const CANDIDATES = `WITH RECURSIVE head AS ((${firstWhere('true')})
    UNION ALL SELECT next.* FROM head h CROSS JOIN LATERAL (${firstWhere('o.model_id > h.model_id')}) AS next)
  SELECT h.id, h.next_at, h.sequence FROM head h WHERE h.next_at <= ${NOW}
  UNION SELECT alarm.* FROM head h CROSS JOIN LATERAL (SELECT a.id, a.next_at, a.sequence FROM outgoing a
      WHERE ${waitsFor('a')} AND a.model_id = h.model_id AND a.first_tried_at IS NULL AND ${isAlarm('a')} ORDER BY a.sequence LIMIT 1) AS alarm
    WHERE alarm.next_at <= ${NOW} AND (${isStuck('h')} OR ${kindIn('h')} <> 'news') AND coalesce((SELECT ${isStuck('b')} FROM outgoing b
      WHERE ${waitsFor('b')} AND b.model_id = h.model_id AND b.sequence < alarm.sequence AND b.first_tried_at IS NOT NULL AND ${isAlarm('b')}
      ORDER BY b.sequence DESC LIMIT 1), true)
  UNION (SELECT t.id, t.next_at, t.sequence FROM outgoing t WHERE ${waitsFor('t')} AND t.first_tried_at IS NOT NULL AND t.next_at <= ${NOW}
    AND ${isAlarm('t')} ORDER BY t.next_at, t.first_tried_at LIMIT $2)`;

/**
 * Takes what is due. $1: now in ms; $2: how many at most; $3: for how many seconds nobody else takes them; $4 and $5: how many of some subscriptions;
 * $6: of each other one. What has been taken meanwhile is looked at once more, by its id alone (a CASE hides from the planner what other indexes have).
 */
export const CLAIM = `UPDATE outgoing SET next_at = ${NOW} + make_interval(secs => $3), attempts = attempts + 1, first_tried_at = coalesce(first_tried_at, ${NOW})
  WHERE id IN (
    SELECT due.id FROM (SELECT s.id, least($2, coalesce(r.room, $6)) AS room
        FROM subscription s LEFT JOIN unnest($4::uuid[], $5::int[]) AS r(id, room) ON r.id = s.id WHERE s.state = 'active') AS s
      CROSS JOIN LATERAL (SELECT c.id, c.next_at, c.sequence FROM (SELECT * FROM (${CANDIDATES}) AS candidate WHERE s.room > 0 ORDER BY next_at, sequence) AS c
        CROSS JOIN LATERAL (SELECT o.id FROM outgoing o WHERE o.id = c.id AND CASE o.state WHEN 'waiting' THEN o.next_at <= ${NOW} END FOR UPDATE SKIP LOCKED) AS own
        ORDER BY c.next_at, c.sequence LIMIT s.room) AS due
    ORDER BY due.next_at, due.sequence LIMIT $2)
  RETURNING id, subscription_id AS "subscriptionId", model_id AS "modelId", sequence, attempts,
    first_tried_at AS "firstTriedAt"`;

/**
 * Has the planner walk indexes in their order, whatever it believes of the table: while all is delivered it takes what waits for a row or none, and would
 * rather read and sort what later is a backlog.
 */
export const BY_INDEX = `SELECT set_config('enable_sort', 'off', true), set_config('enable_incremental_sort', 'off', true)`;

/** A row of `CLAIM`. */
export interface Claimed {
  readonly id: string;
  readonly subscriptionId: string;
  readonly modelId: string;
  readonly sequence: number;
  readonly attempts: number;
  readonly firstTriedAt: Date;
}

/** @param values of `CLAIM` @returns what was taken, as it happened: an update gives its rows in any order */
export async function claim(manager: EntityManager, values: readonly unknown[]): Promise<readonly Claimed[]> {
  await enqueue(manager, null, BY_INDEX, []);
  const [claimed] = await manager.query<[Claimed[], number]>(CLAIM, [...values]);
  return claimed.sort((one, other) => one.sequence - other.sequence);
}

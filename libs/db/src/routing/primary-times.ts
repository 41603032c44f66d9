import type { EntityManager } from 'typeorm';
import type { Page, PageRequest, PrimaryTime } from '#libs/engine';
import { decodeBehind, toInstant, toInstantOrNull, toPage } from '../work/convert.ts';
import { query } from '../work/statement.ts';

/** A rollout's end and the start of a term are of one transaction, each by the clock when it is written. */
const AT_ONCE = `interval '5 s'`;

/**
 * With the rollout that began it: one of another version that was taken off then, so that this one came back; else the version's own newest
 * by then. (A range of one, in the order of it: for `=` PostgreSQL reads all rollouts there are, from the newest on.)
 */
const timesSql = (
  which: string,
): string => `SELECT t.sequence, t.version, t.since, t.until, t.good AS "wasReplaced", t.proven, t.refuted_by AS "refutedBy",
    (SELECT n.version FROM primary_term n WHERE n.model_id = t.model_id AND n.sequence > t.sequence
     ORDER BY n.sequence LIMIT 1) AS next,
    coalesce(
      (SELECT r.id FROM rollout r WHERE r.ended_at BETWEEN t.since - ${AT_ONCE} AND t.since + ${AT_ONCE} AND r.created_at < t.since
         AND r.model_id = t.model_id AND r."from" = t.version AND r.version <> t.version AND r.state IN ('rolled_back', 'aborted')
       ORDER BY r.ended_at DESC LIMIT 1),
      (SELECT r.id FROM rollout r WHERE r.model_id = t.model_id AND r.version BETWEEN t.version AND t.version AND r.created_at <= t.since
       ORDER BY r.version DESC, r.sequence DESC LIMIT 1)) AS "rolloutId"
  FROM primary_term t WHERE t.model_id = $1 AND ${which} ORDER BY t.sequence DESC LIMIT $2`;

type Row = Omit<PrimaryTime, 'since' | 'until'> & {
  readonly sequence: string;
  readonly since: Date;
  readonly until: Date | null;
};

const OF_MODEL = timesSql('t.sequence < $3');
const OF_VERSION = timesSql('t.sequence < $3 AND t.version = $4');
/** Beyond any number of a row. */
const LAST = '9223372036854775807';

/** @param version of this one only; `null`: of all */
export async function primaryTimes(
  manager: EntityManager,
  modelId: string,
  version: number | null,
  { pageSize, pageToken }: PageRequest,
): Promise<Page<PrimaryTime>> {
  const values = [modelId, pageSize + 1, decodeBehind(pageToken)?.sequence ?? LAST];
  const rows = await (version === null
    ? query<Row>(manager, 'primary-times', OF_MODEL, values)
    : query<Row>(manager, 'primary-times-of-version', OF_VERSION, [...values, version]));
  const page = toPage(rows, pageSize, ({ sequence }) => sequence);
  const items = page.items.map(({ sequence: _, since, until, ...time }) => ({
    ...time,
    since: toInstant(since),
    until: toInstantOrNull(until),
  }));
  return { items, nextPageToken: page.nextPageToken };
}

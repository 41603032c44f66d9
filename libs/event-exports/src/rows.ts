import type pg from 'pg';
import { type ChainLink, GENESIS, INSTALLATION, KEPT_EVENTS, keptDigest } from '#libs/engine';
import { canonicalJson, DomainError, type Instant } from '#libs/kernel';
import type { Stretch } from './export-format.ts';

/** One run at a time: a second one is told so. */
const LOCK = 7_400_039;

/** A file, as the database has noted it. */
export interface NotedExport {
  readonly number: number;
  readonly file: string;
  /** Where it was written, as the place was named then. */
  readonly place: string;
  readonly sha256: string;
  readonly key: string;
  readonly lastAt: Instant;
  readonly detached: boolean;
}

/** Where a chain goes on after all files before one. */
export interface Reached {
  readonly last: number;
  readonly hash: string;
}
export const NOWHERE: Reached = { last: 0, hash: GENESIS };

/** Does the work as the owner of the tables, and alone. @throws DomainError `not_owner`, `exports_under_way` */
export async function ownerAlone<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  const { rows } = await client.query<{ login: string; owner: string; owns: boolean; locked: boolean }>(
    `SELECT current_user AS login, pg_get_userbyid(relowner) AS owner, pg_has_role(current_user, relowner, 'USAGE') AS owns
     FROM pg_class WHERE oid = 'event'::regclass`,
  );
  const [who] = rows;
  if (who?.owns !== true)
    throw new DomainError(
      'forbidden',
      'not_owner',
      `Events are exported and detached by the owner of the tables (${who?.owner ?? 'unknown'}), and DATABASE_URL logs in as ${who?.login ?? 'unknown'}, which may only add to them. Nothing was done.`,
    );
  return alone(client, work);
}

/** Does the work while nobody exports or detaches. @throws DomainError `exports_under_way` */
export async function alone<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  const { rows: locks } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [
    LOCK,
  ]);
  if (locks[0]?.got !== true)
    throw new DomainError(
      'conflict',
      'exports_under_way',
      'Another command exports or detaches events just now. Nothing was done.',
    );
  try {
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
  }
}

export async function notedExports(client: pg.ClientBase): Promise<readonly NotedExport[]> {
  const { rows } = await client.query<Omit<NotedExport, 'lastAt'> & { lastAt: Date }>(
    `SELECT number, file, place, sha256, key, last_at AS "lastAt", detached_at IS NOT NULL AS detached FROM event_export ORDER BY number`,
  );
  return rows.map((row) => ({ ...row, lastAt: row.lastAt.getTime() }));
}

/** Where the chains of a file go on, by the files before it. */
export async function reachedBefore(
  client: pg.ClientBase,
  number: number,
): Promise<ReadonlyMap<string, Reached>> {
  const { rows } = await client.query<Reached & { modelId: string }>(
    `SELECT DISTINCT ON (model_id) model_id AS "modelId", last_sequence AS last, last_hash AS hash
     FROM event_export_range WHERE number < $1 ORDER BY model_id, last_sequence DESC`,
    [number],
  );
  return new Map(rows.map(({ modelId, ...reached }) => [modelId, reached]));
}

export interface NotedRange {
  readonly modelId: string;
  readonly first: number;
  readonly last: number;
  readonly hash: string;
  readonly detached: boolean;
}

export async function rangesOf(
  client: pg.ClientBase,
  number: number,
): Promise<ReadonlyMap<string, NotedRange>> {
  const { rows } = await client.query<NotedRange>(
    `SELECT model_id AS "modelId", first_sequence AS first, last_sequence AS last, last_hash AS hash, detached
     FROM event_export_range WHERE number = $1`,
    [number],
  );
  return new Map(rows.map((row) => [row.modelId, row]));
}

/** Events of one chain, both ends included, in order; `most` at most. */
export async function linksBetween(
  client: pg.ClientBase,
  modelId: string,
  { first, last, most }: { readonly first: number; readonly last: number; readonly most: number },
): Promise<readonly ChainLink[]> {
  const { rows } = await client.query<Omit<ChainLink, 'at'> & { at: Date }>(
    `SELECT model_id AS "modelId", sequence, rollout_id AS "rolloutId", type, actor, data, at, hash FROM event
     WHERE model_id = $1 AND sequence BETWEEN $2 AND $3 ORDER BY sequence LIMIT $4`,
    [modelId, first, last, most],
  );
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}

/**
 * Are events of a file those of the database?
 * @param links of one chain, without gaps
 * @param mayBeGone they were detached, but for those that are kept
 * @returns the first that is not, and why; `null`: all are
 */
export async function differenceOf(
  client: pg.ClientBase,
  links: readonly ChainLink[],
  mayBeGone: boolean,
): Promise<{ readonly sequence: number; readonly because: string } | null> {
  const [from, to] = [links[0], links.at(-1)];
  if (!from || !to) return null;
  const bounds = { first: from.sequence, last: to.sequence, most: links.length };
  const rows = await linksBetween(client, from.modelId, bounds);
  const here = new Map(rows.map((row) => [row.sequence, row]));
  for (const link of links) {
    const { sequence, type } = link;
    const row = here.get(sequence);
    if (row && canonicalJson(row) !== canonicalJson(link))
      return { sequence, because: 'it is another in the database than in the file' };
    if (!row && !(mayBeGone && !KEPT_EVENTS.includes(type)))
      return { sequence, because: 'it is in the file, and not in the database, where it was to stay' };
  }
  return null;
}

/** What stays of a stretch, and its digest. */
export async function keptOf(
  client: pg.ClientBase,
  { modelId, first, last }: Pick<Stretch, 'modelId' | 'first' | 'last'>,
): Promise<{ readonly kept: number; readonly digest: string }> {
  let [kept, digest, after] = [0, GENESIS, first - 1];
  for (;;) {
    const links = await linksBetween(client, modelId, { first: after + 1, last, most: 1_000 });
    if (links.length === 0) return { kept, digest };
    for (const link of links) {
      after = link.sequence;
      if (!KEPT_EVENTS.includes(link.type)) continue;
      kept++;
      digest = keptDigest(digest, link);
    }
  }
}

/** Where chains stand that have events from before a time, which no file has; and what keeps them from going further. */
export async function chainsBefore(
  client: pg.ClientBase,
  before: number,
): Promise<
  readonly (Reached & { modelId: string; model: string; live: number | null; waiting: number | null })[]
> {
  const { rows } = await client.query<
    Reached & { modelId: string; model: string; live: number | null; waiting: number | null }
  >(
    `WITH chain AS (SELECT id, name FROM model UNION ALL SELECT $2::uuid, ''),
       done AS (SELECT DISTINCT ON (model_id) model_id, last_sequence, last_hash FROM event_export_range ORDER BY model_id, last_sequence DESC),
       live AS (SELECT e.model_id, min(e.sequence) AS sequence FROM rollout r JOIN event e ON e.rollout_id = r.id WHERE r.ended_at IS NULL GROUP BY 1),
       waiting AS (SELECT model_id, min(sequence) AS sequence FROM outgoing GROUP BY 1)
     SELECT c.id AS "modelId", c.name AS model, coalesce(d.last_sequence, 0) AS last, coalesce(d.last_hash, $3) AS hash,
       l.sequence AS live, w.sequence AS waiting
     FROM chain c LEFT JOIN done d ON d.model_id = c.id LEFT JOIN live l ON l.model_id = c.id LEFT JOIN waiting w ON w.model_id = c.id
     JOIN event e ON e.model_id = c.id AND e.sequence = coalesce(d.last_sequence, 0) + 1 AND e.at < to_timestamp($1::float8 / 1000)
     ORDER BY c.id`,
    [before, INSTALLATION, GENESIS],
  );
  return rows;
}

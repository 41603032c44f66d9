import type { EntityManager } from 'typeorm';
import type { EventExport, EventStore } from '#libs/engine';
import { toInstant } from '../work/convert.ts';

const EXPORT = `number, file, place, sha256, key, events, first_at AS "firstAt", last_at AS "lastAt", made_at AS "madeAt", detached_at AS "detachedAt"`;
const AT = (parameter: string): string => `to_timestamp($${parameter}::float8 / 1000)`;
/** Files that one answer names. */
const MOST_NAMED = 100;

type Times = 'firstAt' | 'lastAt' | 'madeAt';
type Row = Omit<EventExport, Times | 'detachedAt'> & Record<Times, Date> & { detachedAt: Date | null };

/** What of the record is in files (ADR 39). */
export function exportedEvents(
  manager: EntityManager,
): Pick<EventStore, 'exported' | 'detachedBetween' | 'exports'> {
  const ask = async (sql: string, values: unknown[] = []): Promise<readonly EventExport[]> =>
    (await manager.query<Row[]>(sql, values)).map(recordOf);
  return {
    exported: (modelId) =>
      manager.query(
        `SELECT number, r.first_sequence AS first, r.last_sequence AS last, r.last_hash AS hash, r.detached, r.kept, r.kept_digest AS "keptDigest",
           x.detached_at IS NOT NULL AS whole
         FROM event_export_range r JOIN event_export x USING (number) WHERE r.model_id = $1 ORDER BY r.last_sequence`,
        [modelId],
      ),
    detachedBetween: (modelId, from, to) =>
      modelId === null
        ? ask(
            `SELECT ${EXPORT} FROM event_export x WHERE last_at >= ${AT('1')} AND first_at <= ${AT('2')}
               AND EXISTS (SELECT 1 FROM event_export_range r WHERE r.number = x.number AND r.detached) ORDER BY number DESC LIMIT ${MOST_NAMED}`,
            [from, to],
          )
        : ask(
            `SELECT ${EXPORT} FROM event_export WHERE number IN (SELECT number FROM event_export_range r
               WHERE r.model_id = $3 AND r.detached AND r.last_at >= ${AT('1')} AND r.first_at <= ${AT('2')}) ORDER BY number DESC LIMIT ${MOST_NAMED}`,
            [from, to, modelId],
          ),
    exports: () => ask(`SELECT ${EXPORT} FROM event_export ORDER BY number`),
  };
}

const recordOf = ({ firstAt, lastAt, madeAt, detachedAt, ...row }: Row): EventExport => ({
  ...row,
  firstAt: toInstant(firstAt),
  lastAt: toInstant(lastAt),
  madeAt: toInstant(madeAt),
  detachedAt: detachedAt === null ? null : toInstant(detachedAt),
});

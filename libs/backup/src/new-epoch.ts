import type pg from 'pg';
import { restoredRevision } from './restored-revision.ts';

/**
 * Publishes the route of every model anew, as it is, under a revision above all that gateways may know. Within the caller's transaction.
 * @returns how many
 */
export async function publishAboveAll(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ id: string; revision: number; now: Date }>(
    `SELECT m.id, newest.revision, clock_timestamp() AS now FROM model m
     CROSS JOIN LATERAL (SELECT revision FROM route WHERE model_id = m.id ORDER BY revision DESC LIMIT 1) newest ORDER BY m.name FOR UPDATE OF m`,
  );
  const { rows: columns } = await client.query<{ name: string }>(
    `SELECT quote_ident(attname) AS name FROM pg_attribute WHERE attrelid = 'route'::regclass AND attnum > 0 AND NOT attisdropped
       AND attname NOT IN ('revision', 'created_at') ORDER BY attnum`,
  );
  const names = columns.map(({ name }) => name).join(', ');
  await client.query(
    `INSERT INTO route (revision, ${names})
     SELECT n.next, ${names.replace(/(^|, )/g, '$1r.')} FROM unnest($1::uuid[], $2::int[], $3::int[]) AS n(id, last, next)
     JOIN route r ON r.model_id = n.id AND r.revision = n.last`,
    [
      rows.map(({ id }) => id),
      rows.map(({ revision }) => revision),
      rows.map(({ revision, now }) => restoredRevision(revision, now.getTime())),
    ],
  );
  return rows.length;
}

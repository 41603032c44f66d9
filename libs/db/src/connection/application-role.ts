import pg from 'pg';
import { CONNECTION_BOUNDS } from '#libs/postgres';

/** Api and workers act as this role: it may do with the tables what they need, and only add to the record. */
export const APPLICATION_ROLE = 'understudy_app';

/**
 * Makes the role where it is missing, and gives it its rights on this schema's tables, new ones too.
 * Where the login may make no roles, nothing happens; a DBA can make it (docs/guides/security.md).
 */
export async function grantToApplication(query: (sql: string) => Promise<unknown>): Promise<void> {
  await query(`DO $$
    BEGIN
      BEGIN
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${APPLICATION_ROLE}') THEN
          CREATE ROLE ${APPLICATION_ROLE} NOLOGIN;
        END IF;
        IF NOT pg_has_role(current_user, '${APPLICATION_ROLE}', 'MEMBER') THEN
          EXECUTE format('GRANT ${APPLICATION_ROLE} TO %I', current_user);
        END IF;
      EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
      END;
      IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${APPLICATION_ROLE}') THEN RETURN; END IF;
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${APPLICATION_ROLE}', current_schema());
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO ${APPLICATION_ROLE}', current_schema());
      EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO ${APPLICATION_ROLE}', current_schema());
      REVOKE UPDATE, DELETE, TRUNCATE ON event FROM ${APPLICATION_ROLE};
      IF to_regclass('event_export') IS NOT NULL THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON event_export, event_export_range FROM ${APPLICATION_ROLE};
      END IF;
      REVOKE INSERT, UPDATE, DELETE ON migrations FROM ${APPLICATION_ROLE};
    END $$`);
}

/** May this login act as the application's role, and has the role been given its rights here? */
export async function hasApplicationRole(url: string): Promise<boolean> {
  const client = new pg.Client({ ...CONNECTION_BOUNDS, connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ usable: boolean }>(
      `SELECT pg_has_role(current_user, oid, 'MEMBER') AND to_regclass('event') IS NOT NULL
         AND has_table_privilege(oid, 'event', 'INSERT') AS usable FROM pg_roles WHERE rolname = $1`,
      [APPLICATION_ROLE],
    );
    return rows[0]?.usable ?? false;
  } finally {
    await client.end();
  }
}

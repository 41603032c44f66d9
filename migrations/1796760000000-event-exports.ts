import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which events have left for a file, and may be deleted here; by nobody but the owner of the tables, and nothing else. */
export class EventExports1796760000000 implements MigrationInterface {
  name = 'EventExports1796760000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "event_export" ("number" integer NOT NULL, "file" text NOT NULL, "place" text NOT NULL, "sha256" text NOT NULL, "key" text NOT NULL, "events" integer NOT NULL, "first_at" TIMESTAMP WITH TIME ZONE NOT NULL, "last_at" TIMESTAMP WITH TIME ZONE NOT NULL, "made_at" TIMESTAMP WITH TIME ZONE NOT NULL, "detached_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "PK_007305311fefaf257962db0753b" PRIMARY KEY ("number"))`,
    );
    await runner.query(
      `CREATE TABLE "event_export_range" ("model_id" uuid NOT NULL, "last_sequence" integer NOT NULL, "first_sequence" integer NOT NULL, "last_hash" text NOT NULL, "number" integer NOT NULL, "first_at" TIMESTAMP WITH TIME ZONE NOT NULL, "last_at" TIMESTAMP WITH TIME ZONE NOT NULL, "detached" boolean NOT NULL DEFAULT false, "kept" integer NOT NULL DEFAULT 0, "kept_digest" text, CONSTRAINT "PK_a31588cb7c6994f591ad47b5630" PRIMARY KEY ("model_id", "last_sequence"))`,
    );
    // The owner says first that it detaches; by mistake nobody deletes an event.
    await runner.query(`CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' AND current_setting('understudy.detaching', true) = 'on'
          AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN RETURN NULL; END IF;
        RAISE EXCEPTION 'events are append-only';
      END $$`);
    await runner.query(`CREATE FUNCTION refuse_undetached_events() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT 1 FROM gone g WHERE NOT EXISTS (SELECT 1 FROM event_export_range r
          WHERE r.detached AND r.model_id = g.model_id AND g.sequence BETWEEN r.first_sequence AND r.last_sequence)) THEN
          RAISE EXCEPTION 'events are append-only: only those that an export holds are detached';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`CREATE TRIGGER event_only_detached AFTER DELETE ON "event" REFERENCING OLD TABLE AS gone
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_undetached_events()`);
  }

  /** What was detached stays away: the files have it. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER event_only_detached ON "event"`);
    await runner.query(`DROP FUNCTION refuse_undetached_events()`);
    await runner.query(`CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'events are append-only'; END $$`);
    await runner.query(`DROP TABLE "event_export_range"`);
    await runner.query(`DROP TABLE "event_export"`);
  }
}

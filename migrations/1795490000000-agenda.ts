import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When each live rollout is looked at next, in place of an outbox; the sweep fills it by itself. */
export class Agenda1795490000000 implements MigrationInterface {
  name = 'Agenda1795490000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "outbox"`);
    // Every look writes its row: room on each page lets PostgreSQL reuse it at once.
    await runner.query(
      `CREATE TABLE "agenda" ("rollout_id" uuid NOT NULL, "due_at" TIMESTAMP WITH TIME ZONE NOT NULL, "not_before" TIMESTAMP WITH TIME ZONE NOT NULL, "asked" integer NOT NULL DEFAULT '0', CONSTRAINT "PK_057c448884fe130a35f871a3357" PRIMARY KEY ("rollout_id")) WITH (fillfactor = 50)`,
    );
    await runner.query(`ALTER TABLE "evidence" DROP COLUMN "version"`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "evidence" ADD "version" integer NOT NULL DEFAULT '0'`);
    await runner.query(`DROP TABLE "agenda"`);
    await runner.query(
      `CREATE TABLE "outbox" ("rollout_id" uuid NOT NULL, "asked_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_caf1001c679a3e88eb9d6ed575e" PRIMARY KEY ("rollout_id"))`,
    );
  }
}

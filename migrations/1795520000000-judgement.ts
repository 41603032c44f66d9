import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Evidence holds what is read from answers, by segment too; feedback, samples, and the key of receipts. */
export class Judgement1795520000000 implements MigrationInterface {
  name = 'Judgement1795520000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "evidence" ADD "segment" text NOT NULL DEFAULT ''`);
    await runner.query(`ALTER TABLE "evidence" DROP CONSTRAINT "PK_23b53d1a85510be599b367c28f8"`);
    await runner.query(
      `ALTER TABLE "evidence" ADD CONSTRAINT "PK_6ba1fad5cd8e2ae548f57dce1a0" PRIMARY KEY ("rollout_id", "route_revision", "arm", "segment")`,
    );
    await runner.query(`ALTER TABLE "evidence" ADD "measures" jsonb NOT NULL DEFAULT '{}'`);
    await runner.query(`ALTER TABLE "evidence" ADD "histograms" jsonb NOT NULL DEFAULT '{}'`);
    await runner.query(
      `CREATE TABLE "feedback_seen" ("rollout_id" uuid NOT NULL, "identity" text NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(), CONSTRAINT "PK_3e68341fea00789bfdd0aea7d0d" PRIMARY KEY ("rollout_id", "identity"))`,
    );
    await runner.query(`CREATE INDEX "IDX_3beb3c0a16dc81dfe1626f18a7" ON "feedback_seen"  ("at")`);
    await runner.query(
      `CREATE TABLE "served_request" ("model" text NOT NULL, "request_id" text NOT NULL, "rollout_id" uuid NOT NULL, "revision" integer NOT NULL, "arm" text NOT NULL, "segments" text array NOT NULL DEFAULT '{}', "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(), CONSTRAINT "PK_9cb8b014685eb8ac6180fbbbfba" PRIMARY KEY ("model", "request_id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_ae7e061e65300cbbfe1f3bced5" ON "served_request"  ("at")`);
    await runner.query(
      `CREATE TABLE "sample" ("rollout_id" uuid NOT NULL, "request_id" text NOT NULL, "badness" double precision NOT NULL, "sample" jsonb NOT NULL, CONSTRAINT "PK_baca75e34f6e9639b04393ad63f" PRIMARY KEY ("rollout_id", "request_id"))`,
    );
    await runner.query(
      `CREATE TABLE "setting" ("name" text NOT NULL, "value" text NOT NULL, CONSTRAINT "PK_27923d152bbf82683ab795d5476" PRIMARY KEY ("name"))`,
    );
    await runner.query(`ALTER TABLE "route" ADD "reading" jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "route" DROP COLUMN "reading"`);
    for (const table of ['setting', 'sample', 'served_request', 'feedback_seen'])
      await runner.query(`DROP TABLE "${table}"`);
    await runner.query(`DELETE FROM "evidence" WHERE "segment" <> ''`);
    await runner.query(`ALTER TABLE "evidence" DROP CONSTRAINT "PK_6ba1fad5cd8e2ae548f57dce1a0"`);
    await runner.query(
      `ALTER TABLE "evidence" ADD CONSTRAINT "PK_23b53d1a85510be599b367c28f8" PRIMARY KEY ("rollout_id", "route_revision", "arm")`,
    );
    await runner.query(`ALTER TABLE "evidence" DROP COLUMN "histograms"`);
    await runner.query(`ALTER TABLE "evidence" DROP COLUMN "measures"`);
    await runner.query(`ALTER TABLE "evidence" DROP COLUMN "segment"`);
  }
}

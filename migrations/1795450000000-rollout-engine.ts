import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the whole policy language needs: checks, approvals, queues, clocks, metric sources, terms of primaries. */
export class RolloutEngine1795450000000 implements MigrationInterface {
  name = 'RolloutEngine1795450000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "IDX_8a447803aab14ac43e6cfaadd0"`);
    await runner.query(
      `CREATE TABLE "primary_term" ("id" uuid NOT NULL, "model_id" uuid NOT NULL, "version" integer NOT NULL, "since" TIMESTAMP WITH TIME ZONE NOT NULL, "until" TIMESTAMP WITH TIME ZONE, "good" boolean, CONSTRAINT "PK_8074c6eb4baa12d78b34682f984" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "IDX_685788074bb007d9fcb593df99" ON "primary_term"  ("model_id") WHERE "until" IS NULL`,
    );
    await runner.query(
      `CREATE INDEX "IDX_a1abbdd2ebf12b5275b284e435" ON "primary_term"  ("model_id", "version") `,
    );
    await runner.query(
      `CREATE TABLE "source_reading" ("rollout_id" uuid NOT NULL, "step_index" integer NOT NULL, "gate" text NOT NULL, "reading" jsonb, "next_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_2cd60efebd7a4e60bcfeb8f0b81" PRIMARY KEY ("rollout_id", "step_index", "gate"))`,
    );
    await runner.query(`ALTER TABLE "evidence" ADD "version" integer NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "model" ADD "golden" jsonb`);
    await runner.query(`ALTER TABLE "rollout" ADD "clock_stopped_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "rollout" ADD "checks" jsonb`);
    await runner.query(`ALTER TABLE "rollout" ADD "approvals" jsonb NOT NULL DEFAULT '[]'`);
    await runner.query(`ALTER TABLE "rollout" ADD "overrides_freeze" boolean NOT NULL DEFAULT false`);
    await runner.query(`ALTER TABLE "rollout" ADD "queued" boolean NOT NULL DEFAULT false`);
    await runner.query(
      `CREATE INDEX "IDX_0a8c15e441b44d0ec448a66317" ON "rollout"  ("model_id", "queued") WHERE "ended_at" IS NULL`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "IDX_bc39db54a1914e1ef69b820204" ON "rollout"  ("model_id") WHERE "ended_at" IS NULL AND NOT "queued"`,
    );
    await runner.query(
      `CREATE TABLE "lease" ("name" text NOT NULL, "holder" text NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_bbcb31cd0d6ea2f600b0f84717a" PRIMARY KEY ("name"))`,
    );
    await runner.query(
      `INSERT INTO "primary_term" ("id", "model_id", "version", "since") SELECT gen_random_uuid(), "id", "primary", clock_timestamp() FROM "model" WHERE "primary" IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "lease"`);
    await runner.query(`DROP TABLE "source_reading"`);
    await runner.query(`DROP TABLE "primary_term"`);
    await runner.query(`DROP INDEX "IDX_bc39db54a1914e1ef69b820204"`);
    await runner.query(`DROP INDEX "IDX_0a8c15e441b44d0ec448a66317"`);
    for (const column of ['queued', 'overrides_freeze', 'approvals', 'checks', 'clock_stopped_at'])
      await runner.query(`ALTER TABLE "rollout" DROP COLUMN "${column}"`);
    await runner.query(`ALTER TABLE "model" DROP COLUMN "golden"`);
    await runner.query(`ALTER TABLE "evidence" DROP COLUMN "version"`);
    await runner.query(
      `CREATE UNIQUE INDEX "IDX_8a447803aab14ac43e6cfaadd0" ON "rollout" ("model_id") WHERE "ended_at" IS NULL`,
    );
  }
}

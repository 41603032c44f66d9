import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Evidence holds what is read from answers, by segment too. */
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
  }

  async down(runner: QueryRunner): Promise<void> {
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

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Models that are released together: each member is a rollout of its own, and names its group. */
export class ReleaseGroups1796600000000 implements MigrationInterface {
  name = 'ReleaseGroups1796600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "release_group" ("id" uuid NOT NULL, "reason" text NOT NULL, "created_by" text NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "release_group_pkey" PRIMARY KEY ("id"))`,
    );
    await runner.query(`ALTER TABLE "rollout" ADD "group_id" uuid`);
    await runner.query(`CREATE INDEX "rollout_group" ON "rollout" ("group_id") WHERE "group_id" IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "rollout_group"`);
    await runner.query(`ALTER TABLE "rollout" DROP COLUMN "group_id"`);
    await runner.query(`DROP TABLE "release_group"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Versions say where they tell that they are ready; deployments are probed for as long as callers could come. */
export class Readiness1796120000000 implements MigrationInterface {
  name = 'Readiness1796120000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "version" ADD "health_path" text`);
    await runner.query(`ALTER TABLE "deployment" ADD "since" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "deployment" ADD "misses" integer NOT NULL DEFAULT 0`);
    await runner.query(`ALTER TABLE "deployment" ADD "probe_due_at" TIMESTAMP WITH TIME ZONE`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "deployment" DROP COLUMN "probe_due_at"`);
    await runner.query(`ALTER TABLE "deployment" DROP COLUMN "misses"`);
    await runner.query(`ALTER TABLE "deployment" DROP COLUMN "since"`);
    await runner.query(`ALTER TABLE "version" DROP COLUMN "health_path"`);
  }
}

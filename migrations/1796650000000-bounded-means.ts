import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sizes of values of means that a gate bounds, and where gates cut them off. */
export class BoundedMeans1796650000000 implements MigrationInterface {
  name = 'BoundedMeans1796650000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "evidence" ADD "points" jsonb NOT NULL DEFAULT '{}'`);
    await runner.query(`ALTER TABLE "rollout" ADD "value_bounds" jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "rollout" DROP COLUMN "value_bounds"`);
    await runner.query(`ALTER TABLE "evidence" DROP COLUMN "points"`);
  }
}

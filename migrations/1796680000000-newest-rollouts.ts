import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The newest rollouts of all models are read by an index: without, each page sorted all that ever were. */
export class NewestRollouts1796680000000 implements MigrationInterface {
  name = 'NewestRollouts1796680000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX "rollout_newest" ON "rollout" ("created_at", "id")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "rollout_newest"`);
  }
}

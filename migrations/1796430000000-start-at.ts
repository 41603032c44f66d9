import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A release at a date: the rollout waits in the queue until then. */
export class StartAt1796430000000 implements MigrationInterface {
  name = 'StartAt1796430000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "rollout" ADD "start_at" TIMESTAMP WITH TIME ZONE`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "rollout" DROP COLUMN "start_at"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a rollout was paused for: who resumes it in spite of that is not stopped by the same again in that step. */
export class AcceptedFaults1796300000000 implements MigrationInterface {
  name = 'AcceptedFaults1796300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "rollout" ADD "faults" jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "rollout" DROP COLUMN "faults"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A rollout that was paused for its evidence, and resumed by a person, is not paused for the same again in that step. */
export class AcceptedFaults1796300000000 implements MigrationInterface {
  name = 'AcceptedFaults1796300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "rollout" ADD "accepted_faults" jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "rollout" DROP COLUMN "accepted_faults"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which part of a step's start traffic is counted in; `null`: after all start periods, and whatever was counted before there were any. */
export class StartPeriods1796440000000 implements MigrationInterface {
  name = 'StartPeriods1796440000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['rollout', 'route', 'evidence'])
      await runner.query(`ALTER TABLE "${table}" ADD "start_phase" jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['rollout', 'route', 'evidence'])
      await runner.query(`ALTER TABLE "${table}" DROP COLUMN "start_phase"`);
  }
}

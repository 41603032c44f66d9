import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How a model's callers are told apart, and what may be done with their requests. */
export class Callers1795540000000 implements MigrationInterface {
  name = 'Callers1795540000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "model" ADD "callers" jsonb`);
    await runner.query(`ALTER TABLE "route" ADD "callers" jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "route" DROP COLUMN "callers"`);
    await runner.query(`ALTER TABLE "model" DROP COLUMN "callers"`);
  }
}

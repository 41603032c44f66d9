import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which try of its artifact a rollout is; `null`: of before tries were counted. */
export class Attempts1796450000000 implements MigrationInterface {
  name = 'Attempts1796450000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "rollout" ADD "attempt" integer`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "rollout" DROP COLUMN "attempt"`);
  }
}

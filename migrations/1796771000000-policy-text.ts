import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A policy as its author wrote it, with comments and in its order: the document beside it is what counts. */
export class PolicyText1796771000000 implements MigrationInterface {
  name = 'PolicyText1796771000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "model" ADD "policy_text" text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "model" DROP COLUMN "policy_text"`);
  }
}

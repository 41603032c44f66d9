import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The environment of a model, and the model whose proven versions it takes; an admin's release without such proof. */
export class Environments1796500000000 implements MigrationInterface {
  name = 'Environments1796500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "model" ADD "environment" text, ADD "after_id" uuid`);
    await runner.query(`ALTER TABLE "rollout" ADD "overrides_environment" boolean NOT NULL DEFAULT false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "rollout" DROP COLUMN "overrides_environment"`);
    await runner.query(`ALTER TABLE "model" DROP COLUMN "after_id", DROP COLUMN "environment"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a model's tokens cost, for gates on money. */
export class Prices1796410000000 implements MigrationInterface {
  name = 'Prices1796410000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "model" ADD "prices" jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "model" DROP COLUMN "prices"`);
  }
}

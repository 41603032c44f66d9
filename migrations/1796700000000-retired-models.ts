import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Models that serve no more on purpose, and the routes that say so. A deleted model keeps the name that gateways know its last route by:
 * the routes of another model of that name go on from its revision.
 */
export class RetiredModels1796700000000 implements MigrationInterface {
  name = 'RetiredModels1796700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "model" ADD "retirement" jsonb`);
    await runner.query(`ALTER TABLE "model" ADD "routed_as" text`);
    await runner.query(
      `CREATE INDEX "model_routed_as" ON "model" ("routed_as") WHERE "routed_as" IS NOT NULL`,
    );
    await runner.query(`ALTER TABLE "route" ADD "retired" jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "route" DROP COLUMN "retired"`);
    await runner.query(`DROP INDEX "model_routed_as"`);
    await runner.query(`ALTER TABLE "model" DROP COLUMN "routed_as"`);
    await runner.query(`ALTER TABLE "model" DROP COLUMN "retirement"`);
  }
}

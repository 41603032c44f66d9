import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Named groups of a model's callers. Not in `model`: a list of units is long, and a model is read with nearly every request. */
export class CallerSegments1796570000000 implements MigrationInterface {
  name = 'CallerSegments1796570000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "caller_segment" ("model_id" uuid NOT NULL, "name" text NOT NULL, "rule" jsonb NOT NULL, CONSTRAINT "caller_segment_pkey" PRIMARY KEY ("model_id", "name"))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "caller_segment"`);
  }
}

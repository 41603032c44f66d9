import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Recorded requests by which a decision can be followed back. */
export class EvidenceTraces1796400000000 implements MigrationInterface {
  name = 'EvidenceTraces1796400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "evidence" ADD "traces" text array`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "evidence" DROP COLUMN "traces"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which sources are being asked: one that is due early is not asked twice at once. */
export class SourceClaims1796210000000 implements MigrationInterface {
  name = 'SourceClaims1796210000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "source_reading" ADD "claimed" boolean NOT NULL DEFAULT false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "source_reading" DROP COLUMN "claimed"`);
  }
}

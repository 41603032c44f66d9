import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who has sent the bytes of an artifact had a hand in the versions that name it. */
export class Uploaders1796080000000 implements MigrationInterface {
  name = 'Uploaders1796080000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "artifact_upload" ADD "actor" text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "artifact_upload" DROP COLUMN "actor"`);
  }
}

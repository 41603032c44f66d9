import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Times that only streams have: to the first token, and from one to the next. */
export class StreamTimes1796130000000 implements MigrationInterface {
  name = 'StreamTimes1796130000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "evidence" ADD "sketches" jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "evidence" DROP COLUMN "sketches"`);
  }
}

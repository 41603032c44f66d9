import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Several replicas of a version. An older api goes on reading and writing `serving_url`, the first of them. */
export class ServingUrls1796420000000 implements MigrationInterface {
  name = 'ServingUrls1796420000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "version" ADD "serving_urls" text array`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "version" DROP COLUMN "serving_urls"`);
  }
}

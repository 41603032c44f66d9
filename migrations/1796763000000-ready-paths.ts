import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a version's server has said that it is ready; `null`: not known (yet). What answers there, and does not know the path, is another server. */
export class ReadyPaths1796763000000 implements MigrationInterface {
  name = 'ReadyPaths1796763000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "deployment" ADD "ready_path" text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "deployment" DROP COLUMN "ready_path"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a version's server was first asked: one that was not ready then, and is now, was put up since. `null`: not known (yet). */
export class AskedServers1796767000000 implements MigrationInterface {
  name = 'AskedServers1796767000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "deployment" ADD "asked_at" TIMESTAMP WITH TIME ZONE`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "deployment" DROP COLUMN "asked_at"`);
  }
}

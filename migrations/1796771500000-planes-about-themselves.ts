import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a data plane says of itself, for the page of the fleet: its release, the age of its routes, what it has dropped. */
export class PlanesAboutThemselves1796771500000 implements MigrationInterface {
  name = 'PlanesAboutThemselves1796771500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "gateway_boot" ADD "about" jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "gateway_boot" DROP COLUMN "about"`);
  }
}

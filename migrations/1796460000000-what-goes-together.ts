import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests by group of units and slice of time, and which units there were: what goes together weighs less. */
export class WhatGoesTogether1796460000000 implements MigrationInterface {
  name = 'WhatGoesTogether1796460000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE "evidence" ADD "blocks" jsonb NOT NULL DEFAULT '{}', ADD "units" jsonb NOT NULL DEFAULT '[]'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "evidence" DROP COLUMN "units", DROP COLUMN "blocks"`);
  }
}

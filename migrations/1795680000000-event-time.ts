import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The record of all models is read by time, and watched for what is new. */
export class EventTime1795680000000 implements MigrationInterface {
  name = 'EventTime1795680000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX "IDX_569863f658353af4ecc774baaf" ON "event"  ("at") `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "IDX_569863f658353af4ecc774baaf"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is due of each subscriber is claimed by itself, however much waits for others. */
export class DueOfEach1796768000000 implements MigrationInterface {
  name = 'DueOfEach1796768000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX IF NOT EXISTS "outgoing_due" ON "outgoing" ("subscription_id", "next_at", "sequence") WHERE "state" = 'waiting'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX IF EXISTS "outgoing_due"');
  }
}

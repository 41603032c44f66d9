import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndexMeanwhile } from './index-meanwhile.ts';

/** What is due of each subscriber is claimed by itself, however much waits for others. */
export class DueOfEach1796768000000 implements MigrationInterface {
  name = 'DueOfEach1796768000000';
  // Processes of the release before write meanwhile.
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndexMeanwhile(
      runner,
      'outgoing_due',
      'outgoing',
      `("subscription_id", "next_at", "sequence") WHERE "state" = 'waiting'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX IF EXISTS "outgoing_due"');
  }
}

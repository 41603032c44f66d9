import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rows that are written again and again need room on their page: PostgreSQL then puts the new row
 * beside the old one, touches no index, and clears the old one away by itself. Without it 10,000 live
 * rollouts leave hundreds of megabytes of dead rows a minute, faster than vacuum comes round.
 */
export class RoomToRewrite1795510000000 implements MigrationInterface {
  name = 'RoomToRewrite1795510000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "evidence" SET (fillfactor = 30)`);
    await runner.query(`ALTER TABLE "rollout" SET (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "evidence" RESET (fillfactor)`);
    await runner.query(`ALTER TABLE "rollout" RESET (fillfactor)`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which primaries are proven: only those does a model go back to. */
export class ProvenPrimary1796020000000 implements MigrationInterface {
  name = 'ProvenPrimary1796020000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "primary_term" ADD "proven" boolean NOT NULL DEFAULT false`);
    // First versions, bakes that ended well, and what admins have promoted or gone back to: all of them succeeded.
    await runner.query(`UPDATE primary_term t SET proven = true WHERE EXISTS (
      SELECT FROM rollout r WHERE r.model_id = t.model_id AND r.version = t.version AND r.state = 'succeeded')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "primary_term" DROP COLUMN "proven"`);
  }
}

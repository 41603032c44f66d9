import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which rollouts that ended are still kept in full, and what of the events that went out is settled: what the worker looks for when it tidies. */
export class Retention1796670000000 implements MigrationInterface {
  name = 'Retention1796670000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "rollout" ADD "samples_cleared" boolean NOT NULL DEFAULT false`);
    await runner.query(`ALTER TABLE "rollout" ADD "evidence_compacted" boolean NOT NULL DEFAULT false`);
    await runner.query(
      `CREATE INDEX "rollout_with_samples" ON "rollout" ("ended_at") WHERE "ended_at" IS NOT NULL AND NOT "samples_cleared"`,
    );
    await runner.query(
      `CREATE INDEX "rollout_with_evidence" ON "rollout" ("ended_at") WHERE "ended_at" IS NOT NULL AND NOT "evidence_compacted"`,
    );
    await runner.query(
      `CREATE INDEX "outgoing_settled" ON "outgoing" ("created_at") WHERE "state" <> 'waiting'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "outgoing_settled"`);
    await runner.query(`DROP INDEX "rollout_with_evidence"`);
    await runner.query(`DROP INDEX "rollout_with_samples"`);
    await runner.query(`ALTER TABLE "rollout" DROP COLUMN "evidence_compacted"`);
    await runner.query(`ALTER TABLE "rollout" DROP COLUMN "samples_cleared"`);
  }
}

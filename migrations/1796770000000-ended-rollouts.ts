import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What ended last, the rollouts of a version, and when a model's versions were primary are read page by page. */
export class EndedRollouts1796770000000 implements MigrationInterface {
  name = 'EndedRollouts1796770000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX "rollout_ended" ON "rollout" ("ended_at", "sequence") WHERE "ended_at" IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX "rollout_of_version" ON "rollout" ("model_id", "version", "sequence")`);
    await runner.query(`CREATE INDEX "primary_term_of_model" ON "primary_term" ("model_id", "sequence")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "primary_term_of_model"`);
    await runner.query(`DROP INDEX "rollout_of_version"`);
    await runner.query(`DROP INDEX "rollout_ended"`);
  }
}

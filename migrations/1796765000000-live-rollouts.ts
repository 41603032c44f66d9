import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is live, and what waits for a person, is read page by page: the overview of 5,000 models asks for it every few seconds. */
export class LiveRollouts1796765000000 implements MigrationInterface {
  name = 'LiveRollouts1796765000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX "rollout_live" ON "rollout" ("sequence") WHERE "ended_at" IS NULL`);
    await runner.query(
      `CREATE INDEX "rollout_need_person" ON "rollout" ("sequence") WHERE "ended_at" IS NULL AND "state" IN ('awaiting_approval', 'paused', 'baking')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "rollout_need_person"`);
    await runner.query(`DROP INDEX "rollout_live"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What workers say that they can ask: a judge, an embeddings endpoint, metric sources by name. */
export class WorkerAbilities1796560000100 implements MigrationInterface {
  name = 'WorkerAbilities1796560000100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "worker_ability" ("name" text NOT NULL, "seen_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "worker_ability_pkey" PRIMARY KEY ("name"))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "worker_ability"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Texts of shadows that wait for their embeddings, what became of them and what they cost; vectors of before. */
export class EmbeddingDistance1796560000000 implements MigrationInterface {
  name = 'EmbeddingDistance1796560000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "embedding_pair" ("rollout_id" uuid NOT NULL, "request_id" text NOT NULL, "revision" integer NOT NULL, "primary_text" text NOT NULL, "candidate_text" text NOT NULL, "identical" boolean NOT NULL, "attempts" integer NOT NULL DEFAULT 0, "outcome" text, "reason" text, "due_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(), "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(), CONSTRAINT "embedding_pair_pkey" PRIMARY KEY ("rollout_id", "request_id"))`,
    );
    await runner.query(
      `CREATE INDEX "embedding_pair_due" ON "embedding_pair" ("due_at") WHERE "outcome" IS NULL`,
    );
    await runner.query(
      `CREATE TABLE "embedding_spending" ("rollout_id" uuid NOT NULL, "requests" integer NOT NULL DEFAULT 0, "tokens" bigint NOT NULL DEFAULT 0, CONSTRAINT "embedding_spending_pkey" PRIMARY KEY ("rollout_id"))`,
    );
    await runner.query(
      `CREATE TABLE "embedding_vector" ("hash" text NOT NULL, "vector" bytea NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(), CONSTRAINT "embedding_vector_pkey" PRIMARY KEY ("hash"))`,
    );
    await runner.query(`CREATE INDEX "embedding_vector_at" ON "embedding_vector" ("at")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "embedding_vector"`);
    await runner.query(`DROP TABLE "embedding_spending"`);
    await runner.query(`DROP TABLE "embedding_pair"`);
  }
}

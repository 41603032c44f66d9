import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Texts of shadows that wait for the pairwise judge, what became of them and what they cost; what it said before. */
export class PairwiseJudge1796150000000 implements MigrationInterface {
  name = 'PairwiseJudge1796150000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "text_pair" ("rollout_id" uuid NOT NULL, "request_id" text NOT NULL, "revision" integer NOT NULL, "request" text NOT NULL, "primary_text" text NOT NULL, "candidate_text" text NOT NULL, "identical" boolean NOT NULL, "attempts" integer NOT NULL DEFAULT 0, "requests" integer NOT NULL DEFAULT 0, "input_tokens" bigint NOT NULL DEFAULT 0, "output_tokens" bigint NOT NULL DEFAULT 0, "outcome" text, "reason" text, "due_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(), "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(), CONSTRAINT "text_pair_pkey" PRIMARY KEY ("rollout_id", "request_id"))`,
    );
    await runner.query(`CREATE INDEX "text_pair_due" ON "text_pair" ("due_at") WHERE "outcome" IS NULL`);
    await runner.query(
      `CREATE TABLE "judge_answer" ("hash" text NOT NULL, "prefers" text NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(), CONSTRAINT "judge_answer_pkey" PRIMARY KEY ("hash"))`,
    );
    await runner.query(`CREATE INDEX "judge_answer_at" ON "judge_answer" ("at")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "judge_answer"`);
    await runner.query(`DROP TABLE "text_pair"`);
  }
}

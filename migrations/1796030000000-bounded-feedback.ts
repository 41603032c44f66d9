import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How much one request's feedback, and one model's request ids, may take: what one sends costs no other its room. */
export class BoundedFeedback1796030000000 implements MigrationInterface {
  name = 'BoundedFeedback1796030000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "feedback_subject" ("rollout_id" uuid NOT NULL, "subject" text NOT NULL, "events" integer NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(), CONSTRAINT "feedback_subject_pkey" PRIMARY KEY ("rollout_id", "subject"))`,
    );
    await runner.query(`CREATE INDEX "feedback_subject_at" ON "feedback_subject" ("at")`);
    await runner.query(
      `CREATE TABLE "served_window" ("model" text NOT NULL, "starts_at" TIMESTAMP WITH TIME ZONE NOT NULL, "bytes" bigint NOT NULL, CONSTRAINT "served_window_pkey" PRIMARY KEY ("model", "starts_at"))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "served_window"`);
    await runner.query(`DROP TABLE "feedback_subject"`);
  }
}

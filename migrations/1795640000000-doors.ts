import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens bound to models, sessions, and where each chain of events ends. */
export class Doors1795640000000 implements MigrationInterface {
  name = 'Doors1795640000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "model" ADD "event_sequence" integer NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "model" ADD "event_hash" text NOT NULL DEFAULT ''`);
    await runner.query(`UPDATE model m SET event_sequence = e.sequence, event_hash = e.hash
      FROM (SELECT DISTINCT ON (model_id) model_id, sequence, hash FROM event ORDER BY model_id, sequence DESC) e
      WHERE e.model_id = m.id`);
    await runner.query(`ALTER TABLE "token" ADD "models" text array`);
    await runner.query(`ALTER TABLE "token" ADD "owner" text`);
    await runner.query(
      `CREATE TABLE "session" ("id" uuid NOT NULL, "hash" text NOT NULL, "subject" text NOT NULL, "name" text NOT NULL, "roles" text array NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "UQ_9a27ee81fbc0bb9e5260ed6f82d" UNIQUE ("hash"), CONSTRAINT "PK_f55da76ac1c3ac420f444d2ff11" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "IDX_2223e981900a413ce4ce6386f9" ON "session"  ("expires_at") `);
    await runner.query(
      `CREATE TABLE "ci_token_use" ("issuer" text NOT NULL, "jti" text NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_ba4a19e8bac2f2da5d7ab4e37f0" PRIMARY KEY ("issuer", "jti"))`,
    );
    await runner.query(`CREATE INDEX "IDX_2ec7f3bfa47e37b803aac3d04e" ON "ci_token_use"  ("expires_at") `);
    await runner.query(`ALTER TABLE "webhook_source" ADD "rules" jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "webhook_source" DROP COLUMN "rules"`);
    await runner.query(`DROP TABLE "ci_token_use"`);
    await runner.query(`DROP TABLE "session"`);
    await runner.query(`ALTER TABLE "token" DROP COLUMN "owner"`);
    await runner.query(`ALTER TABLE "token" DROP COLUMN "models"`);
    await runner.query(`ALTER TABLE "model" DROP COLUMN "event_hash"`);
    await runner.query(`ALTER TABLE "model" DROP COLUMN "event_sequence"`);
  }
}

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
    await runner.query(
      `CREATE TABLE "subscription" ("id" uuid NOT NULL, "name" text NOT NULL, "url" text NOT NULL, "secrets" jsonb NOT NULL, "events" text array NOT NULL, "models" text array, "events_like" text array NOT NULL, "models_like" text array, "format" text NOT NULL, "state" text NOT NULL DEFAULT 'active', "because" text NOT NULL DEFAULT '', "failing_since" TIMESTAMP WITH TIME ZONE, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "created_by" text NOT NULL, CONSTRAINT "PK_8c3e00ebd02103caa1174cd5d9d" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "outgoing" ("id" uuid NOT NULL, "subscription_id" uuid NOT NULL, "model_id" uuid NOT NULL, "sequence" integer NOT NULL, "state" text NOT NULL DEFAULT 'waiting', "attempts" integer NOT NULL DEFAULT '0', "first_tried_at" TIMESTAMP WITH TIME ZONE, "next_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "last_status" integer, "last_error" text, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_3f2096da38b8cfeb13cfea4672d" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE INDEX "IDX_0990b7c08329fc1f5411653c41" ON "outgoing"  ("subscription_id", "created_at", "id") `,
    );
    await runner.query(
      `CREATE INDEX "IDX_7cab835ffaca83d73b92e3ea55" ON "outgoing"  ("next_at") WHERE "state" = 'waiting'`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "IDX_e2c2e94f5e786987a4dc6f836d" ON "outgoing"  ("subscription_id", "model_id", "sequence") `,
    );
    await runner.query(
      `ALTER TABLE "outgoing" ADD CONSTRAINT "FK_9d079c711812ca29c46521196cb" FOREIGN KEY ("subscription_id") REFERENCES "subscription"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(`ALTER TABLE "webhook_source" ADD "rules" jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "outgoing"`);
    await runner.query(`DROP TABLE "subscription"`);
    await runner.query(`ALTER TABLE "webhook_source" DROP COLUMN "rules"`);
    await runner.query(`DROP TABLE "ci_token_use"`);
    await runner.query(`DROP TABLE "session"`);
    await runner.query(`ALTER TABLE "token" DROP COLUMN "owner"`);
    await runner.query(`ALTER TABLE "token" DROP COLUMN "models"`);
    await runner.query(`ALTER TABLE "model" DROP COLUMN "event_hash"`);
    await runner.query(`ALTER TABLE "model" DROP COLUMN "event_sequence"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Models, versions, rollouts, routes, evidence, events, and who may call. */
export class FirstRelease1795000000000 implements MigrationInterface {
  name = 'FirstRelease1795000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "deployment" ("model_id" uuid NOT NULL, "version" integer NOT NULL, "state" text NOT NULL, "url" text, "message" text NOT NULL DEFAULT '', "updated_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_b59f40f941ce3d0872d95472c5f" PRIMARY KEY ("model_id", "version"))`,
    );
    await runner.query(`CREATE INDEX "IDX_17031b36c522eb45c1d7cd2b72" ON "deployment"  ("state") `);
    await runner.query(
      `CREATE TABLE "event" ("model_id" uuid NOT NULL, "sequence" integer NOT NULL, "rollout_id" uuid, "type" text NOT NULL, "actor" text NOT NULL, "data" jsonb NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL, "hash" text NOT NULL, CONSTRAINT "PK_633233f39ff07fe0c362e888a2c" PRIMARY KEY ("model_id", "sequence"))`,
    );
    await runner.query(`CREATE INDEX "IDX_0118bbb50dbf0b4634d1fc3673" ON "event"  ("rollout_id") `);
    await runner.query(
      `CREATE TABLE "evidence" ("rollout_id" uuid NOT NULL, "route_revision" integer NOT NULL, "arm" text NOT NULL, "step_index" integer NOT NULL, "requests" bigint NOT NULL DEFAULT '0', "errors" bigint NOT NULL DEFAULT '0', "latency" jsonb NOT NULL DEFAULT '{"count":0,"buckets":{}}', "compared" bigint NOT NULL DEFAULT '0', "agreed" bigint NOT NULL DEFAULT '0', "dropped" bigint NOT NULL DEFAULT '0', CONSTRAINT "PK_23b53d1a85510be599b367c28f8" PRIMARY KEY ("rollout_id", "route_revision", "arm"))`,
    );
    await runner.query(
      `CREATE TABLE "gateway" ("id" text NOT NULL, "boot" text NOT NULL, "last_sequence" bigint NOT NULL, "seen_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_22c5b7ecdd6313de143815f9991" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "gateway_route" ("gateway_id" text NOT NULL, "model_id" uuid NOT NULL, "revision" integer NOT NULL, CONSTRAINT "PK_7626799661e3844a209f127c0b1" PRIMARY KEY ("gateway_id", "model_id"))`,
    );
    await runner.query(
      `CREATE TABLE "model" ("id" uuid NOT NULL, "name" text NOT NULL, "description" text NOT NULL DEFAULT '', "tags" jsonb NOT NULL DEFAULT '{}', "policy" jsonb, "primary" integer, "primary_history" integer array NOT NULL DEFAULT '{}', "salt" text NOT NULL, "next_version" integer NOT NULL DEFAULT '1', "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "UQ_b19ef2555e9aa71a4dcc4403373" UNIQUE ("name"), CONSTRAINT "PK_d6df271bba301d5cc79462912a4" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "outbox" ("rollout_id" uuid NOT NULL, "asked_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_caf1001c679a3e88eb9d6ed575e" PRIMARY KEY ("rollout_id"))`,
    );
    await runner.query(
      `CREATE TABLE "version" ("model_id" uuid NOT NULL, "version" integer NOT NULL, "artifact_uri" text, "artifact_digest" text, "serving_url" text, "description" text NOT NULL DEFAULT '', "tags" jsonb NOT NULL DEFAULT '{}', "source" jsonb NOT NULL DEFAULT '{}', "dataset" jsonb NOT NULL DEFAULT '{}', "signature" jsonb, "output_spec" jsonb, "baseline" jsonb, "upstreams" jsonb NOT NULL DEFAULT '[]', "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "created_by" text NOT NULL, CONSTRAINT "PK_f060ad5c4ce6cb9ef1181dca0a3" PRIMARY KEY ("model_id", "version"))`,
    );
    await runner.query(
      `CREATE TABLE "rollout" ("id" uuid NOT NULL, "model_id" uuid NOT NULL, "version" integer NOT NULL, "intent" text NOT NULL, "from" integer, "state" text NOT NULL, "step_index" integer NOT NULL, "step_started_at" TIMESTAMP WITH TIME ZONE, "revision" integer NOT NULL, "policy" jsonb NOT NULL, "policy_hash" text NOT NULL, "verdicts" jsonb NOT NULL DEFAULT '[]', "decision" jsonb, "reason" text NOT NULL DEFAULT '', "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "created_by" text NOT NULL, "ended_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "PK_96a66b8ca2a1fb3c7d647b00762" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "IDX_8a447803aab14ac43e6cfaadd0" ON "rollout"  ("model_id") WHERE "ended_at" IS NULL`,
    );
    await runner.query(
      `CREATE INDEX "IDX_1a8bb4a6c7db2d60ef590a7557" ON "rollout"  ("model_id", "created_at") `,
    );
    await runner.query(
      `CREATE TABLE "route" ("model_id" uuid NOT NULL, "revision" integer NOT NULL, "primary" jsonb NOT NULL, "candidate" jsonb, "salt" text NOT NULL, "rollout_id" uuid, "step_index" integer, "output_spec" jsonb, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_e9409c4b427c7ef9da8d585cbc5" PRIMARY KEY ("model_id", "revision"))`,
    );
    await runner.query(
      `CREATE TABLE "token" ("id" uuid NOT NULL, "name" text NOT NULL, "hash" text NOT NULL, "scopes" text array NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "expires_at" TIMESTAMP WITH TIME ZONE, "last_used_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "UQ_5acad6a940ef8aae4eb1308fc22" UNIQUE ("hash"), CONSTRAINT "PK_82fae97f905930df5d62a702fc9" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "version_metric" ("model_id" uuid NOT NULL, "version" integer NOT NULL, "name" text NOT NULL, "step" integer NOT NULL, "value" double precision NOT NULL, "recorded_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_7948b509a924e468e2fe067e56d" PRIMARY KEY ("model_id", "version", "name", "step"))`,
    );
    await runner.query(
      `CREATE TABLE "webhook_source" ("name" text NOT NULL, "kind" text NOT NULL, "secret" text NOT NULL, "models" text array NOT NULL, "repository" text, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_0a868d5f55824401d88e5df36ef" PRIMARY KEY ("name"))`,
    );
    await runner.query(
      `CREATE TABLE "webhook_delivery" ("source" text NOT NULL, "identity" text NOT NULL, "answer" jsonb NOT NULL, "received_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_0ef4ae4c10d14ee93dde8b97d0c" PRIMARY KEY ("source", "identity"))`,
    );
    await runner.query(
      `CREATE INDEX "IDX_f686ecfba7addac29ed113cbf5" ON "webhook_delivery"  ("received_at") `,
    );
    await runner.query(
      `ALTER TABLE "version" ADD CONSTRAINT "FK_7db01f71d52bcd8b1da81665b2f" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "rollout" ADD CONSTRAINT "FK_8024cad5e8efe71018328d81b9b" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "rollout" ADD CONSTRAINT "FK_edad4b16a020ddfb02bf444ff44" FOREIGN KEY ("model_id", "version") REFERENCES "version"("model_id","version") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "route" ADD CONSTRAINT "FK_d26e9301535e3f2de105c006cb1" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "version_metric" ADD CONSTRAINT "FK_58e7abe868d2a4803df233f13a2" FOREIGN KEY ("model_id", "version") REFERENCES "version"("model_id","version") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `CREATE TABLE "idempotency" ("token_id" uuid NOT NULL, "key" text NOT NULL, "request_hash" text NOT NULL, "status" integer, "body" jsonb, "claimed_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_d31d819e163cbd84bf77fdb2812" PRIMARY KEY ("token_id", "key"))`,
    );
    await runner.query(`CREATE INDEX "IDX_5dea6d4859110ff9f8f45f172b" ON "idempotency"  ("claimed_at") `);
    // Events are append-only, whoever asks.
    await runner.query(`CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'events are append-only'; END $$`);
    await runner.query(`CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "event"
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "evidence"`);
    await runner.query(`DROP TABLE "gateway"`);
    await runner.query(`DROP TABLE "gateway_route"`);
    await runner.query(`DROP TABLE "deployment"`);
    await runner.query(`DROP TABLE "event"`);
    await runner.query(`DROP TABLE "outbox"`);
    await runner.query(`DROP TABLE "idempotency"`);
    await runner.query(`DROP TABLE "token"`);
    await runner.query(`DROP TABLE "webhook_delivery"`);
    await runner.query(`DROP TABLE "webhook_source"`);
    await runner.query(`DROP TABLE "route"`);
    await runner.query(`DROP TABLE "version_metric"`);
    await runner.query(`DROP TABLE "rollout"`);
    await runner.query(`DROP TABLE "version"`);
    await runner.query(`DROP TABLE "model"`);
    await runner.query(`DROP FUNCTION refuse_event_change()`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What gateways say of primaries that answer nobody, and what follows from it: which primaries are out (ADR 28). */
export class PrimaryOutages1796550000000 implements MigrationInterface {
  name = 'PrimaryOutages1796550000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "gateway_primary" ("gateway_id" text NOT NULL, "model_id" uuid NOT NULL, "version" integer NOT NULL, "state" text NOT NULL, "since" TIMESTAMP WITH TIME ZONE NOT NULL, "failures" integer NOT NULL, "because" text NOT NULL, "told_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "gateway_primary_pkey" PRIMARY KEY ("gateway_id", "model_id"))`,
    );
    await runner.query(`CREATE INDEX "gateway_primary_model" ON "gateway_primary" ("model_id")`);
    await runner.query(
      `CREATE TABLE "primary_outage" ("model_id" uuid NOT NULL, "version" integer NOT NULL, "cause" text NOT NULL, "scope" text NOT NULL, "since" TIMESTAMP WITH TIME ZONE NOT NULL, "because" text NOT NULL, "gateways" jsonb NOT NULL, "suspected_at" TIMESTAMP WITH TIME ZONE NOT NULL, "announced_at" TIMESTAMP WITH TIME ZONE, "quiet_since" TIMESTAMP WITH TIME ZONE, CONSTRAINT "primary_outage_pkey" PRIMARY KEY ("model_id"))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "primary_outage"`);
    await runner.query(`DROP TABLE "gateway_primary"`);
  }
}

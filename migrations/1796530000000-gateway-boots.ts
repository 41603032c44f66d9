import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was counted last of each boot of a gateway: two processes under one id, or a batch of before a restart, are counted once. */
export class GatewayBoots1796530000000 implements MigrationInterface {
  name = 'GatewayBoots1796530000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "gateway_boot" ("gateway_id" text NOT NULL, "boot" text NOT NULL, "last_sequence" bigint NOT NULL, "seen_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "gateway_boot_pkey" PRIMARY KEY ("gateway_id", "boot"))`,
    );
    await runner.query(
      `INSERT INTO "gateway_boot" SELECT "id", "boot", "last_sequence", "seen_at" FROM "gateway"`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "gateway_boot"`);
  }
}

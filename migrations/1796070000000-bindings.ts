import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Edges of the lineage that whoever registered them had no say in, and who has sent the bytes of which artifact. */
export class Bindings1796070000000 implements MigrationInterface {
  name = 'Bindings1796070000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "version_upstream" ADD "acknowledged" boolean NOT NULL DEFAULT true`);
    await runner.query(
      `CREATE TABLE "artifact_upload" ("digest" text NOT NULL, "caller" text NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_artifact_upload" PRIMARY KEY ("digest", "caller"))`,
    );
    await runner.query(`CREATE INDEX "IDX_artifact_upload_at" ON "artifact_upload" ("at")`);
    await runner.query(`CREATE INDEX "IDX_version_artifact_digest" ON "version" ("artifact_digest")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "IDX_version_artifact_digest"`);
    await runner.query(`DROP TABLE "artifact_upload"`);
    await runner.query(`ALTER TABLE "version_upstream" DROP COLUMN "acknowledged"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Aliases, soft deletion, when something changed, and what MLflow clients say of a version. */
export class Registry1795550000000 implements MigrationInterface {
  name = 'Registry1795550000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "model" ADD "deleted_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(
      `ALTER TABLE "model" ADD "updated_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()`,
    );
    await runner.query(`ALTER TABLE "version" ADD "mlflow_source" text`);
    await runner.query(`ALTER TABLE "version" ADD "run_id" text`);
    await runner.query(`ALTER TABLE "version" ADD "run_link" text`);
    await runner.query(`ALTER TABLE "version" ADD "stage" text NOT NULL DEFAULT 'None'`);
    await runner.query(`ALTER TABLE "version" ADD "deleted_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(
      `ALTER TABLE "version" ADD "updated_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()`,
    );
    await runner.query(
      `CREATE TABLE "alias" ("model_id" uuid NOT NULL, "alias" text NOT NULL, "version" integer NOT NULL, CONSTRAINT "PK_26ba67885645cd624869b2b48c9" PRIMARY KEY ("model_id", "alias"))`,
    );
    await runner.query(`CREATE INDEX "IDX_3abd54ecb930376922a34764e8" ON "alias"  ("model_id", "version")`);
    await runner.query(`CREATE INDEX "IDX_b87f8c08a0582fe0faf492da1d" ON "version"  ("run_id")`);
    await runner.query(`CREATE INDEX "IDX_727a53280277970bd9aa768af8" ON "version" USING gin ("tags")`);
    await runner.query(
      `ALTER TABLE "alias" ADD CONSTRAINT "FK_3abd54ecb930376922a34764e8b" FOREIGN KEY ("model_id", "version") REFERENCES "version"("model_id","version") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "alias"`);
    await runner.query(`DROP INDEX "IDX_727a53280277970bd9aa768af8"`);
    await runner.query(`DROP INDEX "IDX_b87f8c08a0582fe0faf492da1d"`);
    for (const column of ['updated_at', 'deleted_at', 'stage', 'run_link', 'run_id', 'mlflow_source'])
      await runner.query(`ALTER TABLE "version" DROP COLUMN "${column}"`);
    for (const column of ['updated_at', 'deleted_at'])
      await runner.query(`ALTER TABLE "model" DROP COLUMN "${column}"`);
  }
}

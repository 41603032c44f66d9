import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lineage as edges by id, model cards, and how a model releases what MLflow's clients register. */
export class Lineage1795570000000 implements MigrationInterface {
  name = 'Lineage1795570000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "model" ADD "release_settings" jsonb`);
    await runner.query(`ALTER TABLE "version" ADD "card" text NOT NULL DEFAULT ''`);
    await runner.query(
      `CREATE TABLE "version_upstream" ("model_id" uuid NOT NULL, "version" integer NOT NULL, "upstream_model_id" uuid NOT NULL, "upstream_version" integer NOT NULL, CONSTRAINT "PK_33832a390ec7f4124be89ac5242" PRIMARY KEY ("model_id", "version", "upstream_model_id", "upstream_version"))`,
    );
    await runner.query(
      `CREATE INDEX "IDX_bd435152d9f3b8a0fbf411a85a" ON "version_upstream"  ("upstream_model_id", "upstream_version")`,
    );
    await runner.query(
      `ALTER TABLE "version_upstream" ADD CONSTRAINT "FK_5b6f09ea2597bc700fddd74931f" FOREIGN KEY ("model_id", "version") REFERENCES "version"("model_id","version") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "version_upstream" ADD CONSTRAINT "FK_bd435152d9f3b8a0fbf411a85af" FOREIGN KEY ("upstream_model_id", "upstream_version") REFERENCES "version"("model_id","version") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    );
    // A model's versions in the order that MLflow's clients ask for.
    await runner.query(
      `CREATE INDEX "IDX_276fc8726fbbcecc0813acfc24" ON "version"  ("model_id", "updated_at", "version")`,
    );
    // What names a version that is there; until now a version could name any.
    await runner.query(
      `INSERT INTO version_upstream SELECT v.model_id, v.version, w.model_id, w.version
       FROM version v, jsonb_array_elements(v.upstreams) AS u
       JOIN model m ON m.name = u ->> 'model' JOIN version w ON w.model_id = m.id AND w.version = (u ->> 'version')::numeric
       ON CONFLICT DO NOTHING`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "version_upstream"`);
    await runner.query(`DROP INDEX "IDX_276fc8726fbbcecc0813acfc24"`);
    await runner.query(`ALTER TABLE "version" DROP COLUMN "card"`);
    await runner.query(`ALTER TABLE "model" DROP COLUMN "release_settings"`);
  }
}

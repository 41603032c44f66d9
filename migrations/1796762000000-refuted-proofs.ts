import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Harm that was found in bytes takes their proof away, whichever of their versions it was found in. What was found before this is read of the
 * record: a rollback, or a way back, after which none of these bytes' versions was released and proven.
 */
export class RefutedProofs1796762000000 implements MigrationInterface {
  name = 'RefutedProofs1796762000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "primary_term" ADD "refuted_by" integer`);
    await runner.query(`WITH bytes AS (
        SELECT model_id, version, coalesce(artifact_digest, version::text) AS digest FROM version
      ), harm AS (
        SELECT DISTINCT ON (b.model_id, b.digest) b.model_id, b.digest, h.version, h.at FROM (
          SELECT model_id, version, ended_at AS at FROM rollout WHERE state = 'rolled_back'
          UNION ALL SELECT model_id, version, until FROM primary_term WHERE good IS FALSE
        ) h JOIN bytes b USING (model_id, version) ORDER BY b.model_id, b.digest, h.at DESC
      ), proof AS (
        SELECT b.model_id, b.digest, max(t.since) AS at FROM primary_term t JOIN bytes b USING (model_id, version)
        WHERE t.proven AND (SELECT before.good FROM primary_term before
          WHERE before.model_id = t.model_id AND before.sequence < t.sequence ORDER BY before.sequence DESC LIMIT 1) IS DISTINCT FROM false
        GROUP BY b.model_id, b.digest
      )
      UPDATE primary_term t SET refuted_by = harm.version
      FROM bytes b JOIN harm USING (model_id, digest) LEFT JOIN proof USING (model_id, digest)
      WHERE t.model_id = b.model_id AND t.version = b.version AND harm.at > coalesce(proof.at, '-infinity')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "primary_term" DROP COLUMN "refuted_by"`);
  }
}

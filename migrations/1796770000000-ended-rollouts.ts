import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndexMeanwhile } from './index-meanwhile.ts';

/** [name, table, columns and condition] */
const INDEXES = [
  ['rollout_ended', 'rollout', `("ended_at", "sequence") WHERE "ended_at" IS NOT NULL`],
  ['rollout_of_version', 'rollout', `("model_id", "version", "sequence")`],
  ['primary_term_of_model', 'primary_term', `("model_id", "sequence")`],
] as const;

/** What ended last, the rollouts of a version, and when a model's versions were primary are read page by page. */
export class EndedRollouts1796770000000 implements MigrationInterface {
  name = 'EndedRollouts1796770000000';
  // Processes of the release before write meanwhile.
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, table, rest] of INDEXES) await buildIndexMeanwhile(runner, name, table, rest);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of INDEXES) await runner.query(`DROP INDEX IF EXISTS "${name}"`);
  }
}

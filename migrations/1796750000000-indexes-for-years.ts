import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndexMeanwhile } from './index-meanwhile.ts';

/** [name, table, columns and condition] */
const INDEXES = [
  ['token_expires', 'token', `("expires_at") WHERE "expires_at" IS NOT NULL`],
  ['gateway_boot_seen', 'gateway_boot', `("seen_at")`],
  ['served_window_starts', 'served_window', `("starts_at")`],
  ['deployment_retired', 'deployment', `("updated_at") WHERE "state" = 'retired'`],
  ['release_group_newest', 'release_group', `("created_at", "id")`],
  ['route_step', 'route', `("rollout_id", "step_index") WHERE "rollout_id" IS NOT NULL`],
  ['version_stage', 'version', `("model_id", "stage", "version") WHERE "deleted_at" IS NULL`],
  ['version_newest', 'version', `("updated_at", "model_id", "version") WHERE "deleted_at" IS NULL`],
] as const;

/** Indexes for what read a whole table, or a model's whole history, to find a few rows of it. */
export class IndexesForYears1796750000000 implements MigrationInterface {
  name = 'IndexesForYears1796750000000';
  // Processes of the release before write meanwhile.
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, table, rest] of INDEXES) await buildIndexMeanwhile(runner, name, table, rest);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of INDEXES) await runner.query(`DROP INDEX IF EXISTS "${name}"`);
  }
}

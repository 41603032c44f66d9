import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndexMeanwhile } from './index-meanwhile.ts';

/** [name, columns and condition] */
const INDEXES = [
  ['rollout_live', `("sequence") WHERE "ended_at" IS NULL`],
  [
    'rollout_need_person',
    `("sequence") WHERE "ended_at" IS NULL AND "state" IN ('awaiting_approval', 'paused', 'baking')`,
  ],
] as const;

/** What is live, and what waits for a person, is read page by page: the overview of 5,000 models asks for it every few seconds. */
export class LiveRollouts1796765000000 implements MigrationInterface {
  name = 'LiveRollouts1796765000000';
  // Processes of the release before write meanwhile.
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, rest] of INDEXES) await buildIndexMeanwhile(runner, name, 'rollout', rest);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of INDEXES) await runner.query(`DROP INDEX IF EXISTS "${name}"`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndexMeanwhile } from './index-meanwhile.ts';

/** What may go out of each model is found by some rows of it, however much waits behind them. */
export class FirstThatWait1796772000000 implements MigrationInterface {
  name = 'FirstThatWait1796772000000';
  // Processes of the release before write meanwhile. What was done is passed over.
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "outgoing" ADD COLUMN IF NOT EXISTS "kind" text');
    for (const [name, rest] of INDEXES) await buildIndexMeanwhile(runner, name, 'outgoing', rest);
    // The types as they were then.
    await runner.query(`UPDATE "outgoing" o SET "kind" = CASE
        WHEN e."type" IN ('rollout.rolled_back', 'rollout.paused', 'rollout.waits', 'rollout.not_started', 'primary.unreachable', 'version.not_ready') THEN 'alarm'
        WHEN e."type" = 'rollout.judged' THEN 'verdict' ELSE 'news' END
      FROM "event" e WHERE e."model_id" = o."model_id" AND e."sequence" = o."sequence" AND o."state" = 'waiting' AND o."kind" IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of INDEXES) await runner.query(`DROP INDEX IF EXISTS "${name}"`);
    await runner.query('ALTER TABLE "outgoing" DROP COLUMN IF EXISTS "kind"');
  }
}

const ALARM = `"state" = 'waiting' AND COALESCE("kind", 'alarm') = 'alarm'`;
/** [name, columns and condition] */
const INDEXES = [
  ['outgoing_first', `("subscription_id", "model_id", "sequence") WHERE "state" = 'waiting'`],
  [
    'outgoing_alarm',
    `("subscription_id", "model_id", "sequence") WHERE ${ALARM} AND "first_tried_at" IS NULL`,
  ],
  [
    'outgoing_tried',
    `("subscription_id", "model_id", "sequence") WHERE ${ALARM} AND "first_tried_at" IS NOT NULL`,
  ],
  [
    'outgoing_tried_due',
    `("subscription_id", "next_at", "first_tried_at") WHERE ${ALARM} AND "first_tried_at" IS NOT NULL`,
  ],
] as const;

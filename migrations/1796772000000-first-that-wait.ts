import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndexMeanwhile } from './index-meanwhile.ts';
import { sayKinds } from './say-kinds.ts';

/** What may go out of each model is found by some rows of it, however much waits behind them. */
export class FirstThatWait1796772000000 implements MigrationInterface {
  name = 'FirstThatWait1796772000000';
  // Processes of the release before write meanwhile. What was done is passed over.
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "outgoing" ADD COLUMN IF NOT EXISTS "kind" text');
    for (const [name, rest] of INDEXES) await buildIndexMeanwhile(runner, name, 'outgoing', rest);
    await sayKinds(runner);
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

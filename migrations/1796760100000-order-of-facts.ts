import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndexMeanwhile } from './index-meanwhile.ts';

/** [table, its new column, the order that its rows had so far] */
const NUMBERED = [
  ['primary_term', 'sequence', `"since", "until" NULLS LAST, ctid`],
  ['rollout', 'sequence', `"created_at", "id"`],
  ['release_group', 'sequence', `"created_at", "id"`],
  ['subscription', 'sequence', `"created_at", "id"`],
  // Its column "sequence" is that of the event.
  ['outgoing', 'place', `"created_at", "id"`],
  ['token', 'sequence', `"created_at", "id"`],
] as const;

/** [name, table, columns and condition] */
const INDEXES = [
  ['rollout_sequence', 'rollout', `("sequence")`],
  ['rollout_sequence_of_model', 'rollout', `("model_id", "sequence")`],
  ['rollout_due_since', 'rollout', `("due_since") WHERE "ended_at" IS NULL AND "queued"`],
  ['release_group_sequence', 'release_group', `("sequence")`],
  ['outgoing_place', 'outgoing', `("subscription_id", "place")`],
] as const;

/** [name, table, columns]: what the lists were read by. */
const BY_TIME = [
  ['rollout_newest', 'rollout', `("created_at", "id")`],
  ['IDX_1a8bb4a6c7db2d60ef590a7557', 'rollout', `("model_id", "created_at")`],
  ['release_group_newest', 'release_group', `("created_at", "id")`],
  ['IDX_0990b7c08329fc1f5411653c41', 'outgoing', `("subscription_id", "created_at", "id")`],
] as const;

/**
 * Terms of primaries, rollouts, release groups and what goes out to subscribers have an order of their own, as they were written. By their
 * times, two that begin in one instant have none, and two around a clock that is set back the wrong one.
 */
export class OrderOfFacts1796760100000 implements MigrationInterface {
  name = 'OrderOfFacts1796760100000';
  // Each table by itself, whole or not at all: processes of the release before write meanwhile, and wait for one table at a time.
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, order] of NUMBERED) await runner.query(numbered(table, column, order));
    await runner.query(DUE_SINCE);
    for (const [name, table, rest] of INDEXES) await buildIndexMeanwhile(runner, name, table, rest);
    for (const [name] of BY_TIME) await runner.query(`DROP INDEX IF EXISTS "${name}"`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [name, table, columns] of BY_TIME) await buildIndexMeanwhile(runner, name, table, columns);
    await runner.query(`ALTER TABLE "rollout" DROP COLUMN IF EXISTS "due_since"`);
    // Their indexes and sequences go with them.
    for (const [table, column] of NUMBERED)
      await runner.query(`ALTER TABLE "${table}" DROP COLUMN IF EXISTS "${column}"`);
  }
}

/** As in libs/db/src/connection/application-role.ts: the processes of the release before, which write meanwhile, act as it. */
const ROLE = 'understudy_app';

/** Numbers what there is in the order that it had, and what is written from now on by whichever release. */
const numbered = (table: string, column: string, order: string): string => `DO $$ BEGIN
  LOCK TABLE "${table}" IN ACCESS EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM pg_attribute
    WHERE attrelid = '"${table}"'::regclass AND attname = '${column}' AND NOT attisdropped) THEN RETURN; END IF;
  ALTER TABLE "${table}" ADD COLUMN "${column}" bigint;
  UPDATE "${table}" t SET "${column}" = n.place
    FROM (SELECT ctid AS at, row_number() OVER (ORDER BY ${order}) AS place FROM "${table}") n WHERE t.ctid = n.at;
  CREATE SEQUENCE "${table}_${column}_seq" OWNED BY "${table}"."${column}";
  PERFORM setval('"${table}_${column}_seq"', (SELECT count(*) + 1 FROM "${table}"), false);
  ALTER TABLE "${table}" ALTER COLUMN "${column}" SET NOT NULL,
    ALTER COLUMN "${column}" SET DEFAULT nextval('"${table}_${column}_seq"');
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${ROLE}') THEN
    GRANT USAGE ON SEQUENCE "${table}_${column}_seq" TO ${ROLE};
  END IF;
END $$`;

/** The instant of its transaction is one for all members of a release group, also where the release before writes them. */
const DUE_SINCE = `DO $$ BEGIN
  LOCK TABLE "rollout" IN ACCESS EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM pg_attribute
    WHERE attrelid = '"rollout"'::regclass AND attname = 'due_since' AND NOT attisdropped) THEN RETURN; END IF;
  ALTER TABLE "rollout" ADD COLUMN "due_since" TIMESTAMP WITH TIME ZONE;
  UPDATE "rollout" SET "due_since" = "created_at";
  ALTER TABLE "rollout" ALTER COLUMN "due_since" SET NOT NULL, ALTER COLUMN "due_since" SET DEFAULT now();
END $$`;

/** Rows that one statement locks: whoever claims, settles or unsubscribes meanwhile waits for no more of them. */
const AT_ONCE = 1_000;

/** What runs it; a `QueryRunner` does. */
interface Runner {
  query(sql: string, values: unknown[]): Promise<unknown>;
}

/** Where a page ended. */
interface Place {
  readonly subscription: string;
  readonly model: string;
  readonly sequence: number;
}

/** Before the first. */
const NOWHERE = '00000000-0000-0000-0000-000000000000';

/**
 * Gives what waits already its kind, page by page; each is committed by itself where the migration is no transaction. A kind that is not known is looked up
 * whenever the row is claimed, so a row that another process holds stays as it is, as do those that processes of the release before queue meanwhile.
 */
export async function sayKinds(runner: Runner): Promise<void> {
  let last: Place | undefined = { subscription: NOWHERE, model: NOWHERE, sequence: -1 };
  while (last !== undefined) {
    const { subscription, model, sequence }: Place = last;
    [last] = (await runner.query(PAGE, [subscription, model, sequence])) as Place[];
  }
}

/** $1 to $3: where the page before ended. Answers where this one does; nothing: it was empty. The types of events are those of this migration's time. */
const PAGE = `WITH page AS MATERIALIZED (SELECT "id", "subscription_id", "model_id", "sequence" FROM "outgoing"
    WHERE "state" = 'waiting' AND ("subscription_id", "model_id", "sequence") > ($1::uuid, $2::uuid, $3::int)
    ORDER BY "subscription_id", "model_id", "sequence" LIMIT ${AT_ONCE}),
  own AS MATERIALIZED (SELECT o."id", o."model_id", o."sequence" FROM "outgoing" o WHERE o."id" IN (SELECT "id" FROM page)
    AND CASE o."state" WHEN 'waiting' THEN o."kind" IS NULL END FOR UPDATE SKIP LOCKED),
  said AS (UPDATE "outgoing" o SET "kind" = CASE
      WHEN e."type" IN ('rollout.rolled_back', 'rollout.paused', 'rollout.waits', 'rollout.not_started', 'primary.unreachable', 'version.not_ready') THEN 'alarm'
      WHEN e."type" = 'rollout.judged' THEN 'verdict' ELSE 'news' END
    FROM own JOIN "event" e ON e."model_id" = own."model_id" AND e."sequence" = own."sequence" WHERE o."id" = own."id")
  SELECT "subscription_id" AS "subscription", "model_id" AS "model", "sequence" FROM page
  ORDER BY "subscription_id" DESC, "model_id" DESC, "sequence" DESC LIMIT 1`;

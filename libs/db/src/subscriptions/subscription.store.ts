import type { EntityManager } from 'typeorm';
import { redact } from '#libs/kernel';
import {
  INSTALLATION,
  type DueDelivery,
  type OutgoingRecord,
  type SecretBox,
  type SubscriptionRecord,
  type SubscriptionStore,
} from '#libs/engine';
import { SubscriptionEntity } from './subscription.entity.ts';
import { enqueue } from '../work/statement.ts';
import { decodeBehind, toInstant, toInstantOrNull, toPage } from '../work/convert.ts';
import { toLike } from '../registry/like-pattern.ts';
import { claim, kindOf } from './claim-due.ts';

/** What a subscription's secrets are sealed for. */
export const subscriptionPurpose = (id: string): string => `subscription:${id}`;

/** A page in the order of its index, before anything is joined to it: a page costs the same after years. */
const NEWEST_OUTGOING = `SELECT o.id, o.subscription_id AS "subscriptionId", o.model_id AS "modelId", o.sequence, o.state, o.attempts,
    o.first_tried_at AS "firstTriedAt", o.next_at AS "nextAt", o.last_status AS "lastStatus", o.last_error AS "lastError",
    o.created_at AS "createdAt", o.place::text AS place
  FROM outgoing o WHERE o.subscription_id = $1 AND ($2::text IS NULL OR o.state = $2)
    AND ($3::bigint IS NULL OR o.place < $3) AND ($4::uuid IS NULL OR o.place < (SELECT own.place FROM outgoing own WHERE own.id = $4))
  ORDER BY o.place DESC LIMIT $5`;

type OutgoingRow = Omit<OutgoingRecord, 'firstTriedAt' | 'nextAt' | 'createdAt'> & {
  readonly firstTriedAt: Date | null;
  readonly nextAt: Date;
  readonly createdAt: Date;
  readonly place: string;
};
interface EventRow {
  readonly modelId: string;
  readonly model: string;
  readonly sequence: number;
  readonly rolloutId: string | null;
  readonly type: string;
  readonly actor: string;
  readonly data: Record<string, unknown>;
  readonly at: Date;
  readonly hash: string;
}

export function subscriptionStore(manager: EntityManager, box: SecretBox): SubscriptionStore {
  const subscriptions = manager.getRepository(SubscriptionEntity);
  const opened = (row: SubscriptionEntity): SubscriptionRecord => {
    const { eventsLike: _e, modelsLike: _m, ...rest } = row;
    const open = (sealed: string): string => box.open(sealed, subscriptionPurpose(row.id));
    return {
      ...rest,
      url: open(row.url),
      secrets: row.secrets.map(({ secret, until }) => ({ secret: open(secret), until })),
      failingSince: toInstantOrNull(row.failingSince),
      createdAt: toInstant(row.createdAt),
    };
  };
  const columns = (id: string, patch: Partial<SubscriptionRecord>) => {
    const seal = (plain: string): string => box.seal(plain, subscriptionPurpose(id));
    const { url, secrets, events, models, ...rest } = patch;
    return {
      ...rest,
      ...(url === undefined ? {} : { url: seal(url) }),
      ...(secrets ? { secrets: secrets.map(({ secret, until }) => ({ secret: seal(secret), until })) } : {}),
      ...(events ? { events: [...events], eventsLike: events.map(inwardLike) } : {}),
      ...(models === undefined
        ? {}
        : { models: models && [...models], modelsLike: models && models.map(toLike) }),
    };
  };
  return {
    async insert({ id, ...subscription }) {
      await subscriptions.insert({ id, ...columns(id, subscription) } as never);
    },
    async find(id) {
      const row = await subscriptions.findOneBy({ id });
      return row && opened(row);
    },
    async list() {
      return (await subscriptions.find({ order: { sequence: 'ASC' } })).map(opened);
    },
    async update(id, patch) {
      // What is made active again is given its time anew.
      const fresh = patch.state === 'active' ? { failingSince: null } : {};
      await subscriptions.update({ id }, { ...columns(id, patch), ...fresh } as never);
    },
    remove: async (id) => (await subscriptions.delete({ id })).affected === 1,
    async claimDue(now, { most, claimMs, rooms }) {
      const claimed = await claim(manager, [
        ...[now, most, claimMs / 1_000],
        ...[[...rooms.of.keys()], [...rooms.of.values()], rooms.each],
      ]);
      if (claimed.length === 0) return [];
      const events = await manager.query<EventRow[]>(
        `SELECT e.model_id AS "modelId", coalesce(m.name, '') AS model, e.sequence, e.rollout_id AS "rolloutId",
           e.type, e.actor, e.data, e.at, e.hash
         FROM unnest($1::uuid[], $2::int[]) AS k(model_id, sequence)
         JOIN event e USING (model_id, sequence) LEFT JOIN model m ON m.id = e.model_id`,
        [claimed.map((one) => one.modelId), claimed.map((one) => one.sequence)],
      );
      const rows = await subscriptions.findBy(
        [...new Set(claimed.map((one) => one.subscriptionId))].map((id) => ({ id })),
      );
      const byId = new Map(rows.map((row) => [row.id, opened(row)]));
      return claimed.flatMap((one): DueDelivery[] => {
        const subscription = byId.get(one.subscriptionId);
        const found = events.find((e) => e.modelId === one.modelId && e.sequence === one.sequence);
        if (!subscription || !found) return [];
        const { modelId, at, ...event } = found;
        const { id, attempts, firstTriedAt } = one;
        return [
          {
            ...{ id, modelId, attempts, subscription },
            firstTriedAt: toInstant(firstTriedAt),
            event: { ...event, at: toInstant(at) },
          },
        ];
      });
    },
    async settle({ id, subscriptionId, outcome, status, error, at }) {
      const state = outcome.kind === 'again' ? 'waiting' : outcome.kind;
      // The subscription before what goes out to it, as where it is removed.
      await manager.query(
        `UPDATE subscription SET failing_since = CASE WHEN $2 THEN NULL
           ELSE coalesce(failing_since, to_timestamp($3::float8 / 1000)) END
         WHERE id = $1 AND (failing_since IS NOT NULL) = $2`,
        [subscriptionId, outcome.kind === 'delivered', at],
      );
      await manager.query(
        `UPDATE outgoing SET state = $2, last_status = $3, last_error = $4,
           next_at = coalesce(to_timestamp($5::float8 / 1000), next_at) WHERE id = $1`,
        [
          ...[id, state, status, error === null ? null : redact(error)],
          outcome.kind === 'again' ? outcome.at : null,
        ],
      );
    },
    async deliveries(subscriptionId, state, { pageSize, pageToken }) {
      const behind = decodeBehind(pageToken);
      const rows = await manager.query<OutgoingRow[]>(
        `SELECT page.*, e.type, coalesce(m.name, '') AS model FROM (${NEWEST_OUTGOING}) AS page
           JOIN event e ON e.model_id = page."modelId" AND e.sequence = page.sequence LEFT JOIN model m ON m.id = page."modelId"
         ORDER BY page.place::bigint DESC`,
        [subscriptionId, state, behind?.sequence ?? null, behind?.id ?? null, pageSize + 1],
      );
      const keyed = rows.map(({ place, ...row }) => {
        const times = { firstTriedAt: toInstantOrNull(row.firstTriedAt), nextAt: toInstant(row.nextAt) };
        const record: OutgoingRecord = { ...row, ...times, createdAt: toInstant(row.createdAt) };
        return { key: place, record };
      });
      const page = toPage(keyed, pageSize, (one) => one.key);
      return { items: page.items.map((one) => one.record), nextPageToken: page.nextPageToken };
    },
    async replay(subscriptionId, deliveryId) {
      await enqueue(manager, null, 'SELECT 1 FROM subscription WHERE id = $1 FOR NO KEY UPDATE', [
        subscriptionId,
      ]);
      const [, count] = await manager.query<[unknown[], number]>(
        `UPDATE outgoing SET state = 'waiting', next_at = clock_timestamp(), first_tried_at = NULL, attempts = 0
         WHERE subscription_id = $1 AND state = 'dead' AND ($2::uuid IS NULL OR id = $2)`,
        [subscriptionId, deliveryId],
      );
      return count;
    },
  };
}

/** `gate.*` is what verdicts are called outside. */
const inwardLike = (pattern: string): string =>
  toLike(/^gate\.(judged|\*)$/.test(pattern) ? 'rollout.judged' : pattern);

/** One that is being removed is waited for, and then left out. The part of the statement that appends an event (its values are those of APPEND) which queues it for whoever wants it. */
export const QUEUE_FOR_SUBSCRIPTIONS = `queued AS (INSERT INTO outgoing (id, subscription_id, model_id, sequence, kind, next_at, created_at)
  SELECT gen_random_uuid(), s.id, $1::uuid, $2::int, ${kindOf('$4::text')}, clock_timestamp(), clock_timestamp() FROM (SELECT s.id FROM subscription s
  WHERE s.state = 'active' AND $4::text LIKE ANY (s.events_like) AND (s.models_like IS NULL
    OR ($1::uuid <> '${INSTALLATION}' AND (SELECT m.name FROM model m WHERE m.id = $1::uuid) LIKE ANY (s.models_like)))
  ORDER BY s.id FOR KEY SHARE OF s) AS s)`;

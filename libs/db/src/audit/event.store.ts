import { type EntityManager, MoreThan } from 'typeorm';
import { canonicalJson, redactDeep } from '#libs/kernel';
import {
  type ChainHead,
  type ChainLink,
  type EventRecord,
  type EventStore,
  GENESIS,
  HAND_EVENTS,
  hashEvent,
  INSTALLATION,
} from '#libs/engine';
import { EventEntity } from './event.entity.ts';
import { exportedEvents } from './exported-events.ts';
import { query, enqueue } from '../work/statement.ts';
import type { TurnTaker } from '../work/turns.ts';
import { QUEUE_FOR_SUBSCRIPTIONS } from '../subscriptions/subscription.store.ts';
import { decodePageToken, toInstant, toPage } from '../work/convert.ts';

/** The end of a model's chain, and the time. */
const LAST = `SELECT date_trunc('milliseconds', clock_timestamp()) AS now, event_sequence AS sequence, event_hash AS hash
  FROM model WHERE id = $1`;
const LAST_OF_INSTALLATION = `SELECT date_trunc('milliseconds', clock_timestamp()) AS now,
    coalesce((value::jsonb ->> 'sequence')::int, 0) AS sequence, value::jsonb ->> 'hash' AS hash
  FROM (SELECT 1) AS one LEFT JOIN setting ON name = 'installation_chain'`;

const APPEND = `INSERT INTO event (model_id, sequence, rollout_id, type, actor, data, at, hash)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;
/** The event, and where the chain ends now. */
const appendToModel = (more: string) =>
  `WITH moved AS (UPDATE model SET event_sequence = $2, event_hash = $8${more} WHERE id = $1), ${QUEUE_FOR_SUBSCRIPTIONS} ${APPEND}`;
const APPEND_TO_MODEL = appendToModel('');
const TOUCH_AND_APPEND = appendToModel(', updated_at = clock_timestamp()');
const APPEND_TO_INSTALLATION = `WITH moved AS (INSERT INTO setting (name, value)
    VALUES ('installation_chain', jsonb_build_object('sequence', $2::int, 'hash', $8::text)::text)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value), ${QUEUE_FOR_SUBSCRIPTIONS} ${APPEND}`;
const HANDS_ON = `SELECT DISTINCT hand FROM event, LATERAL (
    SELECT actor AS hand UNION ALL SELECT 'user:' || jsonb_array_elements_text(coalesce(data -> 'people', '[]'))
    UNION ALL SELECT jsonb_array_elements_text(coalesce(data -> 'uploadedBy', '[]'))
    UNION ALL SELECT jsonb_array_elements_text(coalesce(data -> 'copiedHands', '[]'))) AS h
  WHERE model_id = $1 AND type = ANY($2::text[]) AND data ->> 'version' = $3`;
const TOKEN_MAKERS = `SELECT DISTINCT actor AS hand FROM event
  WHERE type IN ('user.logged_in', 'token.issued', 'token.rotated') AND type <> 'user.logged_in'
    AND data ->> 'name' = $1 AND (data ->> 'owner' IS NOT DISTINCT FROM $2 OR NOT data ? 'owner')`;
const SOURCE_MAKERS = `SELECT DISTINCT actor AS hand FROM event
  WHERE model_id = $1 AND type = 'source.added' AND data ->> 'name' = $2`;
const LOGINS_OF = `SELECT DISTINCT hand FROM event, LATERAL (
    SELECT jsonb_array_elements_text(coalesce(data -> 'handles', '[]')) AS hand
    UNION ALL SELECT data ->> 'subject' UNION ALL SELECT substr(actor, 6)) AS h
  WHERE type IN ('user.logged_in', 'token.issued', 'token.rotated') AND type = 'user.logged_in'
    AND (data -> 'handles' ?| $1::text[] OR lower(data ->> 'subject') = ANY($1) OR lower(substr(actor, 6)) = ANY($1))`;
/** Any number; whoever appends to the installation's chain agrees on it. */
const INSTALLATION_LOCK = 7_400_002;

interface End {
  readonly now: Date;
  readonly sequence: number;
  readonly hash: string | null;
}

export function eventStore(manager: EntityManager, turns: TurnTaker): EventStore {
  const events = manager.getRepository(EventEntity);
  const hands = async (name: string, text: string, values: unknown[]): Promise<readonly string[]> =>
    (await query<{ hand: string }>(manager, name, text, values)).map(({ hand }) => hand);
  const holdInstallation = async (): Promise<void> => {
    turns.take('the installation');
    await enqueue(manager, 'installation-hold', 'SELECT pg_advisory_xact_lock($1)', [INSTALLATION_LOCK]);
  };
  return {
    ...exportedEvents(manager),
    holdInstallation,
    async append({ touch, ...event }) {
      const [last] = await query<End>(manager, 'event-last', LAST, [event.modelId]);
      if (!last) throw new Error(`there is no model ${event.modelId}`);
      await enqueue(
        manager,
        touch ? 'event-append-touch' : 'event-append',
        touch ? TOUCH_AND_APPEND : APPEND_TO_MODEL,
        linked(event, last),
      );
    },
    async appendToInstallation(event) {
      await holdInstallation();
      const [last] = await query<End>(manager, 'event-last-of-installation', LAST_OF_INSTALLATION, []);
      if (!last) throw new Error('the database told no time');
      const values = linked({ ...event, modelId: INSTALLATION, rolloutId: null }, last);
      await enqueue(manager, 'event-append-to-installation', APPEND_TO_INSTALLATION, values);
    },
    async heads(modelId) {
      const models = await manager.query<ChainHead[]>(
        `SELECT id AS "modelId", name AS model, event_sequence AS sequence, event_hash AS hash FROM model
         WHERE $1::uuid IS NULL OR id = $1 ORDER BY name`,
        [modelId],
      );
      if (modelId !== null) return models;
      const [own] = await manager.query<End[]>(LAST_OF_INSTALLATION);
      return [
        { modelId: INSTALLATION, model: '', sequence: own?.sequence ?? 0, hash: own?.hash ?? '' },
        ...models,
      ];
    },
    handsOn: (modelId, version) => hands('hands-on', HANDS_ON, [modelId, HAND_EVENTS, String(version)]),
    tokenMakers: (name, owner) => hands('token-makers', TOKEN_MAKERS, [name, owner]),
    sourceMakers: (name) => hands('source-makers', SOURCE_MAKERS, [INSTALLATION, name]),
    loginsOf: (handles) => hands('logins-of', LOGINS_OF, [handles]),
    async ofRollout(rolloutId) {
      const rows = await events.find({ where: { rolloutId }, order: { sequence: 'ASC' } });
      const names = await namesOf(manager, rows);
      return rows.map((row) => recordOf(row, names.get(row.modelId) ?? ''));
    },
    async chain(modelId, afterSequence, limit) {
      const rows = await events.find({
        where: { modelId, sequence: MoreThan(afterSequence) },
        order: { sequence: 'ASC' },
        take: limit,
      });
      return rows.map((row): ChainLink => ({ ...row, at: toInstant(row.at) }));
    },
    async since(at) {
      const rows = await manager.query<(Omit<EventEntity, 'at'> & { at: Date; model: string })[]>(
        `SELECT e.model_id AS "modelId", coalesce(m.name, '') AS model, e.sequence, e.rollout_id AS "rolloutId",
           e.type, e.actor, e.data - 'look' AS data, e.at, e.hash
         FROM event e LEFT JOIN model m ON m.id = e.model_id
         WHERE e.at >= to_timestamp($1::float8 / 1000) ORDER BY e.at, e.model_id, e.sequence`,
        [at],
      );
      const [clock] = await manager.query<{ now: Date }[]>('SELECT clock_timestamp() AS now');
      if (!clock) throw new Error('the database told no time');
      return {
        now: toInstant(clock.now),
        events: rows.map(({ modelId, ...row }) => ({ modelId, event: { ...row, at: toInstant(row.at) } })),
      };
    },
    async list(modelId, { pageSize, pageToken }, withInstallation = true) {
      const found = events.createQueryBuilder('e').limit(pageSize + 1);
      const before = decodePageToken(pageToken, ['millis', 'uuid', 'int']);
      // Of one model as its chain goes, by its key: a page costs the same after years.
      if (modelId !== null) {
        found.where('e.modelId = :modelId', { modelId }).orderBy('e.sequence', 'DESC');
        if (before !== null) found.andWhere('e.sequence < :sequence', { sequence: Number(before[2]) });
      } else {
        found
          .where(withInstallation ? 'true' : 'e.modelId <> :installation', { installation: INSTALLATION })
          .orderBy('e.at', 'DESC')
          .addOrderBy('e.modelId', 'DESC')
          .addOrderBy('e.sequence', 'DESC');
        if (before !== null) {
          const [at, id, sequence] = before;
          found.andWhere('(e.at, e.modelId, e.sequence) < (:at, :id, :sequence)', {
            at: new Date(Number(at)),
            id,
            sequence: Number(sequence),
          });
        }
      }
      const rows = await found.getMany();
      const names = await namesOf(manager, rows);
      const keyed = rows.map((row) => ({
        key: `${row.at.getTime()} ${row.modelId} ${row.sequence}`,
        record: recordOf(row, names.get(row.modelId) ?? ''),
      }));
      const page = toPage(keyed, pageSize, (one) => one.key);
      return { items: page.items.map((one) => one.record), nextPageToken: page.nextPageToken };
    },
  };
}

/** The values of APPEND: the event linked to the one before it. */
function linked(event: Omit<ChainLink, 'sequence' | 'at' | 'hash'>, last: End): unknown[] {
  const { modelId, rolloutId, type, actor } = event;
  const sequence = last.sequence + 1;
  // Through JSON once, so that the hash is of what will be read back.
  const json = canonicalJson(redactDeep(event.data));
  const data = JSON.parse(json) as Record<string, unknown>;
  const link = { modelId, sequence, rolloutId, type, actor, data, at: toInstant(last.now) };
  const hash = hashEvent(last.hash || GENESIS, link);
  return [modelId, sequence, rolloutId, type, actor, json, last.now, hash];
}

async function namesOf(
  manager: EntityManager,
  rows: readonly EventEntity[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.map((row) => row.modelId))];
  if (ids.length === 0) return new Map();
  const models = await manager.query<{ id: string; name: string }[]>(
    'SELECT id, name FROM model WHERE id = ANY($1)',
    [ids],
  );
  return new Map(models.map((model) => [model.id, model.name]));
}

const recordOf = ({ modelId: _id, ...row }: EventEntity, model: string): EventRecord => ({
  ...row,
  model,
  at: toInstant(row.at),
});

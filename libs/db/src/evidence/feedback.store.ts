import type { EntityManager } from 'typeorm';
import {
  MOST_EVENTS_OF_REQUEST,
  type FeedbackIdentity,
  type FeedbackStore,
  type Refused,
  type Retention,
  type Served,
  type ServedRequest,
} from '#libs/engine';
import { clearAway, NOW } from '../work/clear-away.ts';
import { entryByEntry } from '../work/entry-by-entry.ts';
import type { RowKey } from '../work/key-order.ts';
import { rolloutStore } from '../rollouts/rollout.store.ts';
import { routeAt } from '../routing/route.store.ts';

/** What the request ids of one model may take in each window of time, and what a row takes besides its texts. */
const WINDOW = '10 minutes';
const MOST_WINDOW_BYTES = 64 * 1024 * 1024;
const ROW_BYTES = 100;
const AGO = `${NOW} - $1::float8 * interval '1 ms'`;
const NO_ROOM = 'the request ids of this model take more than 64 MiB in ten minutes';

/** What is written in a moment is cleared away as fast, not by the worker alone. */
export type FeedbackKept = Pick<Retention, 'requestIdMs' | 'feedbackMs'>;

/** @param kept how long a request may be named by its id alone, and a repeat of feedback is known */
export function feedbackStore(manager: EntityManager, kept: FeedbackKept): FeedbackStore {
  return {
    async noteServed(requests) {
      const { within, beyond } = await withinWindow(manager, requests, kept.requestIdMs);
      const rowOf = (one: ServedRequest): RowKey => [one.model, one.requestId];
      const refused = await entryByEntry(manager, within, rowOf, (part) => insertServed(manager, part));
      await clearAway(manager, 'served_request', `at < ${AGO}`, [kept.requestIdMs]);
      return [...refused, ...beyond];
    },

    async findServed(model, requestIds) {
      const rows = await manager.query<(Served & { requestId: string })[]>(
        `SELECT request_id AS "requestId", rollout_id AS "rolloutId", revision, arm, segments
         FROM served_request WHERE model = $1 AND request_id = ANY($2)`,
        [model, requestIds],
      );
      return new Map(rows.map(({ requestId, ...served }) => [requestId, served]));
    },

    async claim(identities) {
      if (identities.length === 0) return { fresh: new Set(), beyond: new Set() };
      const rows = await manager.query<{ rollout_id: string; identity: string }[]>(
        `INSERT INTO feedback_seen (rollout_id, identity)
         SELECT DISTINCT id, identity FROM unnest($1::uuid[], $2::text[]) AS f(id, identity) ORDER BY id, identity
         ON CONFLICT DO NOTHING RETURNING rollout_id, identity`,
        [identities.map((one) => one.rolloutId), identities.map((one) => one.identity)],
      );
      for (const table of ['feedback_seen', 'feedback_subject'])
        await clearAway(manager, table, `at < ${AGO}`, [kept.feedbackMs]);
      const inserted = new Set(rows.map((row) => row.identity));
      const beyond = await beyondEvents(
        manager,
        identities.filter((one) => inserted.has(one.identity)),
      );
      return { fresh: new Set([...inserted].filter((identity) => !beyond.has(identity))), beyond };
    },

    async guardedBy(model) {
      const rows = await manager.query<{ id: string }[]>(
        `SELECT id FROM rollout WHERE ended_at IS NULL AND NOT queued AND policy->'gates' @> $1::jsonb`,
        [JSON.stringify([{ model }])],
      );
      return rows.length === 0 ? [] : rolloutStore(manager).liveOf(rows.map((row) => row.id));
    },

    routeAt: (modelId, at) => routeAt(manager, modelId, at),
  };
}

async function insertServed(manager: EntityManager, requests: readonly ServedRequest[]): Promise<void> {
  await manager.query(
    `INSERT INTO served_request (model, request_id, rollout_id, revision, arm, segments)
     SELECT DISTINCT ON (model COLLATE "C", request_id COLLATE "C") model, request_id, rollout_id, revision, arm, ARRAY(SELECT jsonb_array_elements_text(segments))
     FROM unnest($1::text[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::jsonb[])
       AS r(model, request_id, rollout_id, revision, arm, segments)
     ORDER BY model COLLATE "C", request_id COLLATE "C" ON CONFLICT DO NOTHING`,
    [
      requests.map((one) => one.model),
      requests.map((one) => one.requestId),
      requests.map((one) => one.rolloutId),
      requests.map((one) => one.revision),
      requests.map((one) => one.arm),
      requests.map((one) => JSON.stringify(one.segments)),
    ],
  );
}

const bytesOf = ({ requestId, segments }: ServedRequest): number =>
  ROW_BYTES + Buffer.byteLength(requestId) + segments.reduce((sum, one) => sum + Buffer.byteLength(one), 0);

/** Those for which their model has room in this window; the room that is taken is noted. */
async function withinWindow(
  manager: EntityManager,
  requests: readonly ServedRequest[],
  keptMs: number,
): Promise<{ within: readonly ServedRequest[]; beyond: readonly Refused<ServedRequest>[] }> {
  const wanted = new Map<string, number>();
  for (const one of requests) wanted.set(one.model, (wanted.get(one.model) ?? 0) + bytesOf(one));
  const rows = await manager.query<{ model: string; taken: string }[]>(
    `INSERT INTO served_window (model, starts_at, bytes)
     SELECT model, date_bin($3::interval, clock_timestamp(), 'epoch'), bytes
     FROM unnest($1::text[], $2::bigint[]) AS w(model, bytes) ORDER BY model
     ON CONFLICT (model, starts_at) DO UPDATE SET bytes = served_window.bytes + excluded.bytes
     RETURNING model, bytes AS taken`,
    [[...wanted.keys()], [...wanted.values()], WINDOW],
  );
  await clearAway(manager, 'served_window', `starts_at < ${AGO}`, [keptMs]);
  const room = new Map(
    rows.map(({ model, taken }) => [model, MOST_WINDOW_BYTES - (Number(taken) - (wanted.get(model) ?? 0))]),
  );
  const within: ServedRequest[] = [];
  const beyond: Refused<ServedRequest>[] = [];
  for (const one of requests) {
    const left = (room.get(one.model) ?? 0) - bytesOf(one);
    room.set(one.model, left);
    if (left >= 0) within.push(one);
    else beyond.push({ entry: one, reason: NO_ROOM });
  }
  return { within, beyond };
}

/** Of events that nobody had counted before, those that are too many of their request. */
async function beyondEvents(
  manager: EntityManager,
  events: readonly FeedbackIdentity[],
): Promise<ReadonlySet<string>> {
  const bySubject = new Map<string, { rolloutId: string; subject: string; identities: Set<string> }>();
  for (const { rolloutId, subject, identity } of events) {
    if (subject === null) continue;
    const key = `${rolloutId} ${subject}`;
    const known = bySubject.get(key) ?? { rolloutId, subject, identities: new Set() };
    known.identities.add(identity);
    bySubject.set(key, known);
  }
  if (bySubject.size === 0) return new Set();
  const subjects = [...bySubject.values()];
  const rows = await manager.query<{ rollout_id: string; subject: string; events: number }[]>(
    `INSERT INTO feedback_subject (rollout_id, subject, events)
     SELECT id, subject, n FROM unnest($1::uuid[], $2::text[], $3::int[]) AS s(id, subject, n) ORDER BY id, subject
     ON CONFLICT (rollout_id, subject) DO UPDATE
     SET events = least(feedback_subject.events + excluded.events, 1000000)
     RETURNING rollout_id, subject, events`,
    [
      subjects.map((one) => one.rolloutId),
      subjects.map((one) => one.subject),
      subjects.map((one) => one.identities.size),
    ],
  );
  return new Set(
    rows.flatMap(({ rollout_id: id, subject, events: total }) => {
      const identities = [...(bySubject.get(`${id} ${subject}`)?.identities ?? [])];
      const before = total - identities.length;
      return identities.slice(Math.max(0, MOST_EVENTS_OF_REQUEST - before));
    }),
  );
}

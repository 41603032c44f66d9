import type { EntityManager } from 'typeorm';
import type { FeedbackStore, Served } from '#libs/engine';
import { rolloutStore } from './rollout.store.ts';
import { routeAt } from './route.store.ts';

/** How long a request may be named by its id alone. */
const REMEMBERED = '1 hour';
/** How long a repeat of feedback is known; longer than feedback may be late. */
const SEEN_FOR = '31 days';
/** Rows that one call clears away, so that nobody waits for it. */
const CLEARED_AT_ONCE = 5_000;

export function feedbackStore(manager: EntityManager): FeedbackStore {
  return {
    async noteServed(requests) {
      await manager.query(
        `INSERT INTO served_request (model, request_id, rollout_id, revision, arm, segments)
         SELECT DISTINCT ON (model, request_id) model, request_id, rollout_id, revision, arm, ARRAY(SELECT jsonb_array_elements_text(segments))
         FROM unnest($1::text[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::jsonb[])
           AS r(model, request_id, rollout_id, revision, arm, segments)
         ORDER BY model, request_id ON CONFLICT DO NOTHING`,
        [
          requests.map((one) => one.model),
          requests.map((one) => one.requestId),
          requests.map((one) => one.rolloutId),
          requests.map((one) => one.revision),
          requests.map((one) => one.arm),
          requests.map((one) => JSON.stringify(one.segments)),
        ],
      );
      await manager.query(
        `DELETE FROM served_request WHERE ctid IN (SELECT ctid FROM served_request
         WHERE at < clock_timestamp() - $1::interval LIMIT $2 FOR UPDATE SKIP LOCKED)`,
        [REMEMBERED, CLEARED_AT_ONCE],
      );
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
      if (identities.length === 0) return new Set();
      const rows = await manager.query<{ identity: string }[]>(
        `INSERT INTO feedback_seen (rollout_id, identity)
         SELECT DISTINCT id, identity FROM unnest($1::uuid[], $2::text[]) AS f(id, identity) ORDER BY id, identity
         ON CONFLICT DO NOTHING RETURNING identity`,
        [identities.map((one) => one.rolloutId), identities.map((one) => one.identity)],
      );
      await manager.query(
        `DELETE FROM feedback_seen WHERE ctid IN (SELECT ctid FROM feedback_seen
         WHERE at < clock_timestamp() - $1::interval LIMIT $2 FOR UPDATE SKIP LOCKED)`,
        [SEEN_FOR, CLEARED_AT_ONCE],
      );
      return new Set(rows.map((row) => row.identity));
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

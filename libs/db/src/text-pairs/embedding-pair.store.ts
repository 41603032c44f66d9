import type { EntityManager } from 'typeorm';
import type { EmbeddingPairStore, PairToEmbed, UnitVector } from '#libs/engine';
import { clearAway } from '../work/clear-away.ts';
import { insertPairs, type PairTable } from './insert-pairs.ts';

const PAIRS: PairTable = {
  name: 'embedding_pair',
  gate: 'embedding_distance_mean',
  mostWaiting: 100,
  keepsRequest: false,
};

export function embeddingPairStore(manager: EntityManager): EmbeddingPairStore {
  return {
    keep: (pairs) => insertPairs(manager, PAIRS, pairs),

    async claim(most, attempts, leaseMs) {
      return manager.query<PairToEmbed[]>(
        `WITH first AS (
           SELECT rollout_id, attempts FROM embedding_pair
           WHERE outcome IS NULL AND due_at <= clock_timestamp() ORDER BY due_at LIMIT 1),
         taken AS (
           UPDATE embedding_pair SET attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => $2)
           WHERE (rollout_id, request_id) IN (
             SELECT rollout_id, request_id FROM embedding_pair
             WHERE outcome IS NULL AND due_at <= clock_timestamp()
               AND (rollout_id, attempts) = (SELECT rollout_id, attempts FROM first)
             ORDER BY due_at, request_id
             LIMIT (SELECT ceil(power($1::float8, greatest(0, 1 - attempts / $3::float8)))::int FROM first)
             FOR UPDATE SKIP LOCKED)
           RETURNING *)
         SELECT rollout_id AS "rolloutId", request_id AS "requestId", revision,
           primary_text AS "primary", candidate_text AS "candidate", identical, attempts FROM taken ORDER BY request_id COLLATE "C"`,
        [most, leaseMs / 1_000, attempts - 1],
      );
    },

    async renew(pairs, leaseMs) {
      const [first] = pairs;
      if (first === undefined) return;
      await manager.query(
        `WITH held AS (
           SELECT p.rollout_id, p.request_id FROM embedding_pair p
           JOIN unnest($2::text[], $3::int[]) AS mine(request_id, attempts) USING (request_id, attempts)
           WHERE p.rollout_id = $1 AND p.outcome IS NULL ORDER BY p.rollout_id, p.request_id COLLATE "C" FOR UPDATE OF p)
         UPDATE embedding_pair p SET due_at = clock_timestamp() + make_interval(secs => $4)
         FROM held WHERE p.rollout_id = held.rollout_id AND p.request_id = held.request_id`,
        [
          first.rolloutId,
          pairs.map(({ requestId }) => requestId),
          pairs.map(({ attempts }) => attempts),
          leaseMs / 1_000,
        ],
      );
    },

    async book(rolloutId, tokens, limits) {
      await manager.query('INSERT INTO embedding_spending (rollout_id) VALUES ($1) ON CONFLICT DO NOTHING', [
        rolloutId,
      ]);
      // The row is locked until the booking is there to be seen: no two workers spend the same budget.
      const rows = await manager.query<unknown[]>(
        `WITH booked AS (
           UPDATE embedding_spending SET requests = requests + CASE WHEN $2::bigint > 0 THEN 1 ELSE 0 END, tokens = tokens + $2
           WHERE rollout_id = $1 AND requests < $3 AND ($4::bigint IS NULL OR (tokens < $4 AND tokens + $2 <= $4)) RETURNING 1)
         SELECT * FROM booked`,
        [rolloutId, Math.round(tokens), limits.requests, limits.tokens],
      );
      return rows.length > 0;
    },

    async spent(rolloutId) {
      const [row] = await manager.query<{ requests: number; tokens: string }[]>(
        'SELECT requests, tokens FROM embedding_spending WHERE rollout_id = $1',
        [rolloutId],
      );
      return { requests: row?.requests ?? 0, tokens: Number(row?.tokens ?? 0) };
    },

    async correct(rolloutId, tokens) {
      await manager.query(
        'UPDATE embedding_spending SET tokens = greatest(0, tokens + $2) WHERE rollout_id = $1',
        [rolloutId, Math.round(tokens)],
      );
    },

    async settle({ pair, outcome, reason }) {
      const rows = await manager.query<unknown[]>(
        `WITH settled AS (
           UPDATE embedding_pair SET outcome = $4, reason = $5, primary_text = '', candidate_text = ''
           WHERE ${MINE} RETURNING 1)
         SELECT * FROM settled`,
        [...keyOf(pair), outcome, reason],
      );
      return rows.length > 0;
    },

    async again(pair, waitMs) {
      const rows = await manager.query<unknown[]>(
        `WITH waiting AS (
           UPDATE embedding_pair SET due_at = clock_timestamp() + make_interval(secs => $4) WHERE ${MINE} RETURNING 1)
         SELECT * FROM waiting`,
        [...keyOf(pair), waitMs / 1_000],
      );
      return rows.length > 0;
    },

    async vectors(hashes) {
      if (hashes.length === 0) return [];
      const rows = await manager.query<{ hash: string; vector: Buffer }[]>(
        'SELECT hash, vector FROM embedding_vector WHERE hash = ANY($1)',
        [hashes],
      );
      return rows.map(({ hash, vector }) => ({ hash, vector: vectorOf(vector) }));
    },

    async noteVectors(vectors) {
      if (vectors.length === 0) return;
      await manager.query(
        `INSERT INTO embedding_vector (hash, vector) SELECT * FROM unnest($1::text[], $2::bytea[]) AS v(hash, vector)
         ORDER BY hash COLLATE "C" ON CONFLICT (hash) DO NOTHING`,
        [vectors.map(({ hash }) => hash), vectors.map(({ vector }) => bytesOf(vector))],
      );
    },

    async forgetVectors(hashes) {
      await manager.query(
        `DELETE FROM embedding_vector WHERE hash IN (
           SELECT hash FROM embedding_vector WHERE hash = ANY($1) ORDER BY hash COLLATE "C" FOR UPDATE)`,
        [hashes],
      );
    },

    async dropEnded() {
      for (const table of ['embedding_pair', 'embedding_spending'])
        await clearAway(
          manager,
          table,
          `NOT EXISTS (SELECT FROM rollout r WHERE r.id = ${table}.rollout_id AND r.ended_at IS NULL)`,
        );
    },
  };
}

const MINE = 'rollout_id = $1 AND request_id = $2 AND attempts = $3 AND outcome IS NULL';
const keyOf = ({ rolloutId, requestId, attempts }: PairToEmbed): unknown[] => [
  rolloutId,
  requestId,
  attempts,
];

const BYTES = 4;

function bytesOf(vector: UnitVector): Buffer {
  const bytes = Buffer.alloc(vector.length * BYTES);
  vector.forEach((value, i) => bytes.writeFloatLE(value, i * BYTES));
  return bytes;
}

const vectorOf = (bytes: Buffer): UnitVector =>
  Float32Array.from({ length: Math.floor(bytes.length / BYTES) }, (_, i) => bytes.readFloatLE(i * BYTES));

import type { EntityManager } from 'typeorm';
import {
  type ClaimedPair,
  type JudgeSpending,
  type Preference,
  REQUESTS_OF_PAIR,
  type TextPairStore,
} from '#libs/engine';
import { clearAway } from '../work/clear-away.ts';
import { insertPairs, type PairTable } from './insert-pairs.ts';

const PAIRS: PairTable = {
  name: 'text_pair',
  gate: 'judge_win_rate',
  mostWaiting: 20,
  keepsRequest: true,
};
/** Any number of our own: workers book pairs one after the other, so that no two spend the same budget. */
const BOOKING_LOCK = 7_400_150;

export function textPairStore(manager: EntityManager): TextPairStore {
  return {
    keep: (pairs) => insertPairs(manager, PAIRS, pairs),

    async spent() {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [BOOKING_LOCK]);
      const rows = await manager.query<Record<string, string>[]>(
        `SELECT rollout_id, sum(requests) AS requests, sum(input_tokens) AS input, sum(output_tokens) AS output
         FROM text_pair WHERE rollout_id IN (
           SELECT rollout_id FROM text_pair WHERE outcome IS NULL AND due_at <= clock_timestamp())
         GROUP BY rollout_id ORDER BY min(due_at) FILTER (WHERE outcome IS NULL)`,
      );
      return rows.map((row) => ({
        rolloutId: String(row['rollout_id']),
        requests: Number(row['requests']),
        inputTokens: Number(row['input']),
        outputTokens: Number(row['output']),
      }));
    },

    async claim(rolloutId, most, leaseMs) {
      return manager.query<ClaimedPair[]>(
        `WITH taken AS (
           UPDATE text_pair SET attempts = attempts + 1, requests = requests + $4,
             due_at = clock_timestamp() + make_interval(secs => $3)
           WHERE (rollout_id, request_id) IN (
             SELECT rollout_id, request_id FROM text_pair
             WHERE rollout_id = $1 AND outcome IS NULL AND due_at <= clock_timestamp()
             ORDER BY due_at, request_id LIMIT $2 FOR UPDATE SKIP LOCKED)
           RETURNING *)
         SELECT rollout_id AS "rolloutId", request_id AS "requestId", revision, request,
           primary_text AS "primary", candidate_text AS "candidate", identical, attempts FROM taken`,
        [rolloutId, most, leaseMs / 1_000, REQUESTS_OF_PAIR],
      );
    },

    async settle({ pair, outcome, reason }, spent) {
      const rows = await manager.query<unknown[]>(
        `WITH settled AS (
           UPDATE text_pair SET outcome = $7, reason = $8, request = '', primary_text = '', candidate_text = '', ${BOOK}
           WHERE ${MINE} RETURNING 1)
         SELECT * FROM settled`,
        [...booked(pair, spent), outcome, reason],
      );
      return rows.length > 0;
    },

    async again(pair, spent, waitMs) {
      await manager.query(
        `UPDATE text_pair SET due_at = clock_timestamp() + make_interval(secs => $7), ${BOOK} WHERE ${MINE}`,
        [...booked(pair, spent), waitMs / 1_000],
      );
    },

    async answer(hash) {
      const [row] = await manager.query<{ prefers: Preference }[]>(
        'SELECT prefers FROM judge_answer WHERE hash = $1',
        [hash],
      );
      return row?.prefers ?? null;
    },

    async noteAnswer(hash, prefers) {
      await manager.query(
        'INSERT INTO judge_answer (hash, prefers) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING',
        [hash, prefers],
      );
    },

    async dropEnded() {
      const ended = `NOT EXISTS (SELECT FROM rollout r WHERE r.id = text_pair.rollout_id AND r.ended_at IS NULL)`;
      await clearAway(manager, 'text_pair', `outcome IS NULL AND ${ended}`);
    },
  };
}

/** Two requests were booked when the pair was taken on; these are what it came to. */
const BOOK = `requests = requests - ${REQUESTS_OF_PAIR} + $4, input_tokens = input_tokens + $5, output_tokens = output_tokens + $6`;
const MINE = 'rollout_id = $1 AND request_id = $2 AND attempts = $3 AND outcome IS NULL';

const booked = (pair: ClaimedPair, spent: JudgeSpending): unknown[] => [
  ...[pair.rolloutId, pair.requestId, pair.attempts],
  ...[spent.requests, Math.round(spent.inputTokens), Math.round(spent.outputTokens)],
];
